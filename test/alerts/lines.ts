/** Lines as the processor delivers them, healthy ones and bad ones, one stream after the other. */

export type Pushed = { readonly labels: Readonly<Record<string, string>>; readonly lines: readonly { readonly ms: number; readonly text: string }[] };

const minuteMs = 60_000;
const dayMs = 86_400_000;
const labelsOf = (stream: string, site: string) => ({ job: 'tidewatch', host: 'ocean-1', site, stream, service_name: stream === 'app' ? 'ocean-body' : 'nginx', ...(stream === 'visit' || stream === 'day' ? {} : { input: 'main' }) });

type Access = { readonly status?: number; readonly method?: string; readonly seconds?: number; readonly path?: string; readonly kind?: string };

/** `count` lines, evenly over the last eight minutes. */
function access(nowMs: number, count: number, { status = 200, method = 'GET', seconds = 0.05, path = '/', kind = 'page' }: Access = {}): Pushed['lines'] {
  const client = status >= 400 ? ',"client":"00112233445566ff"' : '';
  const text = `{"visitor":"00112233445566778899aabbccddeeff"${client},"method":"${method}","path":"${path}","kind":"${kind}","status":${status},"bytes":512,"request_time":${seconds},"referrer":"direct","country":"FR","agent_class":"browser","agent":"Firefox","os":"Linux","device":"desktop"}`;
  return Array.from({ length: count }, (_, index) => ({ ms: nowMs - 8 * minuteMs + (index * 8 * minuteMs) / count, text }));
}

/** More visitors than a site may have, which leave the window of a day so soon after `nowMs`. */
export const visitorsUntil = (nowMs: number, leaveMs: number): Pushed => ({ labels: labelsOf('visit', 'soon-over'), lines: visits(nowMs - dayMs + 20 * minuteMs + leaveMs, 50_001, 0) });

function visits(nowMs: number, count: number, apartMs = 10, { isFirst = true, agentClass = 'human' } = {}): Pushed['lines'] {
  const text = `{"visitor":"00112233445566778899aabbccddeeff","first_today":${isFirst},"start":"2026-11-28T10:00:00.000Z","end":"2026-11-28T10:01:36.000Z","duration_seconds":96,"views":3,"entry":"/","exit":"/","country":"FR","agent_class":"${agentClass}","bounce":false}`;
  return Array.from({ length: count }, (_, index) => ({ ms: nowMs - 20 * minuteMs + index * apartMs, text }));
}

/** Receipts of the days that ended so many days ago; each with its predecessor. */
function receipts(site: string, nowMs: number, days: readonly (readonly [daysAgo: number, previous: string | null])[]): Pushed['lines'] {
  return days.map(([daysAgo, previous]) => {
    const ms = nowMs - daysAgo * dayMs - 60 * minuteMs;
    const day = new Date(ms).toISOString().slice(0, 10);
    return { ms, text: JSON.stringify({ receipt: 1, site, day, lines: { committed: 100 }, versions: { tidewatch: '0.1.0' }, previous_day: null, previous }) };
  });
}

const sorted = (...parts: readonly Pushed['lines'][]): Pushed['lines'] => parts.flat().sort((a, b) => a.ms - b.ms);

const app = (nowMs: number, count: number, level: string, message: string): Pushed['lines'] =>
  Array.from({ length: count }, (_, index) => ({ ms: nowMs - 3 * minuteMs + index * 1000, text: JSON.stringify({ time: '2026-11-28T10:00:00.000Z', level, logger: 'ocean_body', message }) }));

/** What resembles an address and is none: times, versions of three parts, C++ names, a token. */
const innocent = ['started at 12:34:56, version 1.24.3 of nginx', 'std::string and Foo::bar', 'client 00112233445566ff asked for /a/b', 'took 0.25.', 'ratio 3:4:5', '[28/Nov/2026:03:00:00 +0000]', 'version 1.2.3.4.5 and 1.2.3.4beta'];

/** An address in every place where a line may hold one. Addresses are of RFC 5737 and RFC 3849. */
export const leaks = [
  'upstream timed out, client: 203.0.113.77, server: x', 'upstream timed out, client: 2001:db8::77, server: x', 'refused 203.0.113.77. Trying again', 'a fault\n203.0.113.77 was here', 'client:2001:db8::77 left',
  '2001:db8:0:0:0:0:0:77: no route', '\u001b[31m203.0.113.77', '::ffff:203.0.113.77', 'http://203.0.113.77:8080/',
]; // prettier-ignore

export function healthyLines(nowMs: number): readonly Pushed[] {
  return [
    { labels: labelsOf('access', 'ocean-body'), lines: sorted(access(nowMs, 300), access(nowMs, 12, { status: 404, path: 'other' }), access(nowMs, 2, { status: 502 }), access(nowMs, 3, { status: 401, method: 'POST' })) },
    // Its health check fails and nobody asks but for a few: that is for HttpCheckFailing to say.
    { labels: labelsOf('access', 'checked'), lines: sorted(access(nowMs, 20), access(nowMs, 30, { status: 502, kind: 'health' })) },
    // High shares of few requests, and slow answers that are no pages.
    { labels: labelsOf('access', 'few'), lines: sorted(access(nowMs, 10), access(nowMs, 9, { status: 502 }), access(nowMs, 120, { status: 403 }), access(nowMs, 9, { seconds: 4 }), access(nowMs, 30, { seconds: 4, kind: 'api' })) },
    // Low shares of many, each below what it is compared with; and people who log in.
    { labels: labelsOf('access', 'busy'), lines: sorted(access(nowMs, 1200), access(nowMs, 700, { status: 403 }), access(nowMs, 200, { status: 404 }), access(nowMs, 60, { status: 502 }), access(nowMs, 12, { seconds: 4 }), access(nowMs, 200, { method: 'POST' }), access(nowMs, 20, { status: 401, method: 'POST' })) },
    { labels: labelsOf('visit', 'ocean-body'), lines: visits(nowMs, 12) },
    { labels: labelsOf('day', 'ocean-body'), lines: receipts('ocean-body', nowMs, [[4, 'aa00'], [3, 'aa01'], [2, 'aa02'], [1, 'aa03'], [0, 'aa04']]) },
    // A site that was started three days ago: its chain has a beginning, and that is no break. Its newest receipt is 25 hours old.
    { labels: labelsOf('visit', 'newborn'), lines: visits(nowMs, 12) },
    { labels: labelsOf('day', 'newborn'), lines: receipts('newborn', nowMs, [[2, null], [1, 'dd00']]) },
    // Another began yesterday, and nothing was before it.
    { labels: labelsOf('visit', 'two-days-old'), lines: visits(nowMs, 12) },
    { labels: labelsOf('day', 'two-days-old'), lines: receipts('two-days-old', nowMs, [[1, null], [0, 'dd02']]) },
    // One that was started this morning and had three visitors: its first day is not over.
    { labels: labelsOf('visit', 'just-started'), lines: visits(nowMs, 3) },
    { labels: labelsOf('app', 'ocean-body'), lines: innocent.flatMap((message, index) => app(nowMs - index * 100, 10, 'info', message)).concat(app(nowMs, 10, 'error', 'one of ten')).sort((a, b) => a.ms - b.ms) },
    { labels: labelsOf('error', 'ocean-body'), lines: app(nowMs, 3, 'error', 'upstream timed out, client: 00112233445566ff') },
  ]; // prettier-ignore
}

/** One site for each kind of trouble. Addresses are of RFC 5737 and RFC 3849. */
export function badLines(nowMs: number): readonly Pushed[] {
  return [
    // Its health checks go well, and there are many.
    { labels: labelsOf('access', 'failing'), lines: sorted(access(nowMs, 80), access(nowMs, 20, { status: 502 }), access(nowMs, 400, { kind: 'health' })) },
    { labels: labelsOf('access', 'storm'), lines: access(nowMs, 1500, { status: 404, path: 'other' }) },
    { labels: labelsOf('access', 'slow'), lines: access(nowMs, 60, { seconds: 4 }) },
    { labels: labelsOf('access', 'guessed'), lines: sorted(access(nowMs, 75, { status: 401, method: 'POST', path: '/login' }), access(nowMs, 75, { status: 403, method: 'POST', path: '/login' })) },
    { labels: labelsOf('app', 'ocean-body'), lines: sorted(...['error', 'CRITICAL', 'Fatal'].map((level) => app(nowMs, 10, level, 'a request failed'))) },
    ...leaks.map((leak, index) => ({ labels: { ...labelsOf(index === 1 ? 'stack' : 'error', 'leaking'), service_name: `leak-${index}` }, lines: app(nowMs, 1, 'error', leak) })),
    { labels: labelsOf('visit', 'crowded'), lines: visits(nowMs, 50_001) },
    // Robots, and people who were there before today, are no visitors of today.
    { labels: labelsOf('visit', 'forgotten'), lines: sorted(visits(nowMs, 20, 10, { agentClass: 'bot' }), visits(nowMs, 20, 10, { isFirst: false })) },
    // 27 hours ago, which is one too many.
    { labels: labelsOf('day', 'late'), lines: receipts('late', nowMs, [[3, 'dd00'], [2, 'dd01'], [1.1, 'dd02']]) },
    { labels: labelsOf('day', 'forgotten'), lines: receipts('forgotten', nowMs, [[5, 'bb00'], [4, 'bb01'], [3, 'bb02']]) },
    { labels: labelsOf('day', 'forked'), lines: receipts('forked', nowMs, [[3, 'cc00'], [2, 'cc01'], [1, 'cc01'], [0, 'cc03']]) },
    // The state was lost, and the chain began anew after the restart; or it did so twice within the week.
    { labels: labelsOf('day', 'restarted'), lines: receipts('restarted', nowMs, [[6, 'ee00'], [5, 'ee01'], [4, 'ee02'], [3, 'ee03'], [0, null]]) },
    { labels: labelsOf('day', 'began-twice'), lines: receipts('began-twice', nowMs, [[5, null], [3, null], [2, 'ff01'], [1, 'ff02'], [0, 'ff03']]) },
  ]; // prettier-ignore
}
