/** The truth says what each line and visit is; the processor's own rules, asked of the same lines, must say the same. */
import { expect, test } from 'vitest';
import { classifyVisit, type VisitSigns } from '../account/classify-visit.ts';
import { describeBrowser, looksLikeRobot } from '../agents.ts';
import { createAgentOf } from '../steps/classify-agent.ts';
import { createKindOf, defaultKindRules, isPageView, isPrefetch, isRobotsTxt } from '../steps/classify-kind.ts';
import { createTraffic } from './traffic.ts';

const startMs = Date.UTC(2026, 5, 1, 22);
const traffic = createTraffic({
  seed: 'rules',
  sites: [{ serverName: 'ocean-body.example', zone: 'Europe/Paris', visitsPerDay: 800 }],
  startMs,
  endMs: startMs + 86_400_000,
});

type Line = {
  readonly timeMs: number;
  readonly visitor: string;
  readonly kind: string;
  readonly agentClass: 'browser' | 'bot';
  readonly pageView: boolean;
  readonly robotsTxt: boolean;
  readonly statusClass: string;
};

const kindOf = createKindOf(defaultKindRules);
const agentOf = createAgentOf({ looksLikeRobot, robotFamily: () => null, describeBrowser });
const lines = [...traffic.lines()].map(({ text }) => classified(text));
const truth = traffic.truth()['ocean-body.example'];

test('every line has the class and the kind that the truth says', () => {
  const found: Record<string, number> = {};
  for (const line of lines) {
    const name = `${line.agentClass} ${line.kind} ${line.statusClass}`;
    found[name] = (found[name] ?? 0) + 1;
  }
  expect(found).toEqual(truth?.requests);
});

test('every visit turns out human, bot or suspected as the truth says', () => {
  const found = { human: 0, bot: 0, suspected: 0 };
  for (const visit of visitsOf(lines.filter((line) => line.kind !== 'health'))) found[classifyVisit(signsOf(visit), false)] += 1;
  const { human, bot, suspected } = truth?.visits ?? {};
  expect(found).toEqual({ human: human?.visits, bot: bot?.visits, suspected: suspected?.visits });
});

function classified(text: string): Line {
  const value: unknown = JSON.parse(text);
  const field = (name: string): string => String(Reflect.get(Object(value), name));
  const [method, uri, status] = [field('request_method'), field('request_uri'), Number(field('status'))];
  const kind = kindOf(method, uri, field('sent_http_content_type'), status);
  return {
    timeMs: Number(field('msec').replace('.', '')),
    visitor: `${field('remote_addr').split(':').slice(0, 4).join(':')}|${field('http_user_agent')}`,
    kind,
    agentClass: agentOf(field('http_user_agent')).agentClass,
    pageView: isPageView(method, status, kind, isPrefetch(field('http_sec_purpose'))),
    robotsTxt: isRobotsTxt(uri),
    statusClass: `${Math.floor(status / 100)}xx`,
  };
}

function visitsOf(all: readonly Line[]): Line[][] {
  const visits: Line[][] = [];
  const open = new Map<string, Line[]>();
  for (const line of all) {
    let visit = open.get(line.visitor);
    if (visit === undefined || line.timeMs - (visit.at(-1)?.timeMs ?? 0) > 1_800_000) {
      visit = [];
      visits.push(visit);
      open.set(line.visitor, visit);
    }
    visit.push(line);
  }
  return visits;
}

function signsOf(visit: readonly Line[]): VisitSigns {
  const views = visit.filter((line) => line.pageView);
  return {
    agentClass: visit[0]?.agentClass ?? 'browser',
    pageViews: views.length,
    hasAsset: visit.some((line) => line.kind === 'asset'),
    hasRobotsTxt: visit.some((line) => line.robotsTxt),
    viewsSpanMs: (views.at(-1)?.timeMs ?? 0) - (views[0]?.timeMs ?? 0),
  };
}
