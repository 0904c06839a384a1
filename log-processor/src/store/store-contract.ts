/** What every store must do, as cases that run against any of them: several implementations, one meaning. */
import type { ContractCase } from './contract-bench.ts';
import { entryContract } from './entry-contract.ts';
import { lifeContract } from './life-contract.ts';
import { outboxContract } from './outbox-contract.ts';

/** Every case takes a fresh bench. */
export const storeContract: readonly ContractCase[] = [...entryContract, ...outboxContract, ...lifeContract];
