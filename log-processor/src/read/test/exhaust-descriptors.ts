/** A program of its own, because it needs a limit on open files: rotates a followed file while no descriptor is left, then gives them back. */
import { createSecretKey } from 'node:crypto';
import { appendFileSync, closeSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { openFollowedFile } from '../follow-file.ts';

const path = process.argv[2] ?? '';
writeFileSync(path, 'one\n');
const source = await openFollowedFile({ input: 'main', path, position: null, startAt: 'beginning', identityKey: createSecretKey(Buffer.alloc(32, 1)) });
const read = async (): Promise<string> => (await source.read(1000)).bytes.toString();
await read(); // tells where it begins
const first = await read();
appendFileSync(path, 'two\n');
renameSync(path, `${path}.1`);
writeFileSync(path, 'three\n');
const held: number[] = [];
try {
  for (;;) held.push(openSync('/dev/null', 'r'));
} catch (error) {
  if (!(error instanceof Error) || !error.message.includes('EMFILE')) throw error;
}
const starved = [await read(), await read(), await read()];
const problem = source.problem();
for (const descriptor of held) closeSync(descriptor);
const after = [await read(), await read()];
process.stdout.write(JSON.stringify({ first, starved, problem, after, problemAfter: source.problem() }));
