/** Says of a user agent whether it is a robot, and keeps of it only families out of closed lists. */
import type { Agent, Device } from '../record.ts';

export type AgentTools = {
  readonly looksLikeRobot: (userAgent: string) => boolean;
  /** Family of a robot that is known by name; null where none is named. */
  readonly robotFamily: (userAgent: string) => string | null;
  readonly describeBrowser: (userAgent: string) => { readonly family: string; readonly os: string; readonly device: Device };
  /** User agents to remember at most. */
  readonly maxKnown?: number;
};

/** What is matched of a user agent, in characters: patterns on hostile text stay cheap, and every known agent says who it is before this. */
const maxMatched = 512;

const silent: Agent = { agentClass: 'bot', family: 'other bot', os: 'other', device: 'other' };

/**
 * Builds `userAgent => agent`. A robot is what isbot takes for one, what a list names, or what sends nothing at all
 * (`-` is how combined logs write nothing). System and device of a robot are not kept: it only claims them.
 */
export function createAgentOf({ looksLikeRobot, robotFamily, describeBrowser, maxKnown = 10_000 }: AgentTools): (userAgent: string) => Agent {
  const known = new Map<string, Agent>();

  const classify = (userAgent: string): Agent => {
    if (userAgent === '' || userAgent === '-') return silent;
    const family = robotFamily(userAgent);
    if (family !== null) return { ...silent, family };
    if (looksLikeRobot(userAgent)) return silent;
    return { agentClass: 'browser', ...describeBrowser(userAgent) };
  };

  return (userAgent) => {
    const seen = known.get(userAgent);
    if (seen !== undefined) return seen;
    if (known.size >= maxKnown) known.clear();
    const agent = classify(userAgent.trim().slice(0, maxMatched));
    // A slice would keep its whole line alive for as long as it is remembered.
    known.set(Buffer.from(userAgent, 'utf16le').toString('utf16le'), agent);
    return agent;
  };
}
