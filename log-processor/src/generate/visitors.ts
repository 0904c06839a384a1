/** Who visits: people with their own address, people behind a shared one, robots and scanners; each the same again whenever the same number comes up. */
import type { AgentClass, VisitClass } from '../record.ts';
import { createRandom, type Random } from './random.ts';
import { browsers, crawlers, disguises, feedReaders, healthChecker } from './user-agents.ts';

export type Visitor = {
  /** Equal for requests of one visitor as design section 4 defines it: address (IPv6 as its /64) and user agent. */
  readonly key: string;
  readonly userAgent: string;
  readonly agentClass: AgentClass;
  /** What closed visits of this one turn out to be. */
  readonly visitClass: VisitClass;
  /** The address of the next request: IPv6 privacy addresses change within their /64. */
  address(random: Random): string;
};

/** Share of people who sit behind an address they share with others. */
const sharedShare = 0.15;

/** Person `number` of `seed`. The first 254 addresses are of a documentation range, the rest private or 2001:db8::/32, for volume. */
export function person(seed: string, number: number): Visitor {
  const random = createRandom(`${seed}/person/${number}`);
  const userAgent = random.pick(browsers);
  const agent = { userAgent, agentClass: 'browser', visitClass: 'human' } as const;
  if (random.chance(sharedShare)) return fixed(`198.51.100.${random.integer(200, 254)}`, agent);
  // No group is 0, so there is one way to write the address and nginx uses it.
  if (number % 5 === 4) return onPrefix(`2001:db8:${hex((number >>> 15) + 1)}:${hex((number & 0x7fff) | 0x8000)}`, agent);
  const address = number < 254 ? `192.0.2.${number + 1}` : `10.${(number >>> 16) & 127}.${(number >>> 8) & 255}.${number & 255}`;
  return fixed(address, agent);
}

/** A robot that says what it is. */
export function crawler(random: Random): Visitor {
  const number = random.integer(0, crawlers.length - 1);
  // Each robot comes from sixteen addresses, 198.51.100.16 and following.
  return fixed(`198.51.100.${16 + number * 16 + random.integer(0, 15)}`, { userAgent: crawlers[number] ?? '', agentClass: 'bot', visitClass: 'bot' });
}

export function feedReader(random: Random): Visitor {
  return fixed('198.51.100.9', { userAgent: random.pick(feedReaders), agentClass: 'bot', visitClass: 'bot' });
}

/** A robot that says it is a browser. */
export function scanner(random: Random): Visitor {
  return fixed(`203.0.113.${random.integer(1, 199)}`, { userAgent: random.pick(disguises), agentClass: 'browser', visitClass: 'suspected' });
}

/** Somebody who speaks no HTTP: nginx can read neither a request line nor a user agent. */
export function babbler(random: Random): Visitor {
  return fixed(`203.0.113.${random.integer(200, 254)}`, { userAgent: '', agentClass: 'bot', visitClass: 'bot' });
}

/** The load balancer's health check. */
export const prober: Visitor = fixed('10.255.0.9', { userAgent: healthChecker, agentClass: 'bot', visitClass: 'bot' });

type AgentPart = Pick<Visitor, 'userAgent' | 'agentClass' | 'visitClass'>;

function fixed(address: string, agent: AgentPart): Visitor {
  return { ...agent, key: `${address} ${agent.userAgent}`, address: () => address };
}

function onPrefix(prefix: string, agent: AgentPart): Visitor {
  const group = (random: Random): string => hex(random.integer(1, 0xffff));
  return { ...agent, key: `${prefix}::/64 ${agent.userAgent}`, address: (random) => `${prefix}:${group(random)}:${group(random)}:${group(random)}:${group(random)}` };
}

function hex(number: number): string {
  return (number & 0xffff).toString(16);
}
