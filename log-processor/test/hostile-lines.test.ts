/** Lines that nobody should have written: each is counted by its reason, the lines around it are unharmed, memory stays where it was, and no log says anything of them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DropReason } from '../src/record.ts';
import { jsonLine, runRoad } from './road-run.ts';
import type { LineFields, RoadResult } from './road-run.ts';

const startMs = Date.UTC(2026, 8, 15, 10);
const nowMs = startMs + 26 * 3_600_000;
/** Stands in every hostile line and in no good one. */
const marker = 'xhostilex';

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'hostile-'));
});
afterAll(() => rmSync(home, { recursive: true }));

const good = (index: number): string => jsonLine(startMs + index * 1000, { request_uri: index % 3 === 0 ? '/style.css' : '/', remote_addr: `192.0.2.${1 + (index % 4)}`, sent_http_content_type: index % 3 === 0 ? 'text/css' : 'text/html' });
const line = (fields: LineFields = {}): string => jsonLine(startMs + 500, { request_uri: `/${marker}`, remote_addr: '198.51.100.9', ...fields });
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

/** What ends as a dropped line, and why. */
const dropped: readonly (readonly [name: string, content: string | Buffer, reason: DropReason])[] = [
  ['a line of 10 MB', marker.repeat(1_111_112), 'too_long'],
  ['10 MB without a printable byte', Buffer.concat([bytes(marker), Buffer.alloc(10_000_000, 0xff)]), 'too_long'],
  ['a user agent of 1 MB', line({ http_user_agent: marker.repeat(116_509) }), 'too_long'],
  ['an empty line', '', 'empty'],
  ['white space', ' \t \t', 'empty'],
  ['a lone carriage return', '\r', 'empty'],
  ['a word', marker, 'malformed'],
  ['ESC, DEL and bidirectional marks', `\u001b[31m${marker}\u007f\u202e`, 'malformed'],
  ['every byte above ASCII', Buffer.concat([bytes(marker), Buffer.from(Array.from({ length: 128 }, (_, index) => 128 + index))]), 'malformed'],
  ['NUL within a value', line().replace(marker, `${marker}\0`), 'malformed'],
  ['a raw tab within a value', line().replace(marker, `${marker}\t`), 'malformed'],
  ['half a line', line().slice(0, 100), 'malformed'],
  ['the other half', line().slice(100), 'malformed'],
  ['a line torn in its middle and the next one behind it', line().slice(0, 150) + line(), 'malformed'],
  ['two objects', line() + line(), 'malformed'],
  ['an unquoted empty variable', line().replace('"request_time":"0.012"', '"request_time":'), 'malformed'],
  ['a comma too many', line().replace('"}', '",}'), 'malformed'],
  ['single quotes', line().replaceAll('"', "'"), 'malformed'],
  ['an open string', `{"msec":"${marker}`, 'malformed'],
  ['a bad escape', line().replace(marker, `${marker}\\x41`), 'malformed'],
  ['an array', `["${marker}"]`, 'malformed'],
  ['a number', '1e999', 'malformed'],
  ['null', 'null', 'malformed'],
  ['100,000 nested arrays', nested('[', ']', 100_000), 'malformed'],
  ['100,000 open arrays', '['.repeat(100_000), 'malformed'],
  ['40,000 nested objects', `${'{"a":'.repeat(40_000)}"${marker}"${'}'.repeat(40_000)}`, 'bad_time'],
  ['a list where a text belongs', line().replace('"GET"', '["GET"]'), 'malformed'],
  ['an object where a text belongs', line().replace('"192.', '"x').replace('"request_method":"GET"', '"request_method":{"toString":1}'), 'malformed'],
  ['bytes beyond counting', line({ bytes_sent: '9'.repeat(40) }), 'malformed'],
  ['negative bytes', line({ bytes_sent: '-1' }), 'malformed'],
  ['a duration that is none', line({ request_time: 'Infinity' }), 'malformed'],
  ['an empty object', '{}', 'bad_time'],
  ['all fields in the prototype', `{"__proto__":${line()}}`, 'bad_time'],
  ['all fields in the constructor', `{"constructor":{"prototype":${line()}}}`, 'bad_time'],
  ['no time', line({ msec: '' }), 'bad_time'],
  ['a time before time', line({ msec: '-1.000' }), 'bad_time'],
  ['a time after all time', line({ msec: '99999999999999999999.000' }), 'bad_time'],
  ['a time in words', line({ msec: marker }), 'bad_time'],
  ['a time of 1e308', line().replace(/"msec":"[^"]*"/, '"msec":1e308'), 'bad_time'],
  ['a time of 1e999', line().replace(/"msec":"[^"]*"/, '"msec":1e999'), 'bad_time'],
  ['a time next year', line({ msec: String((nowMs + 365 * 86_400_000) / 1000) }), 'too_new'],
  ['a status in words', line({ status: marker }), 'bad_status'],
  ['a status of four digits', line({ status: '2000' }), 'bad_status'],
  ['a status of 1e3', line().replace('"status":"200"', '"status":1e3'), 'bad_status'],
  ['no address', line({ remote_addr: '' }), 'bad_address'],
  ['a host name for an address', line({ remote_addr: `${marker}.example` }), 'bad_address'],
  ['an address with a slash', line({ remote_addr: '192.0.2.1/24' }), 'bad_address'],
  ['an address of 10 KB', line({ remote_addr: '1'.repeat(10_000) }), 'bad_address'],
];

/** What is odd, and still a request. */
const taken: readonly (readonly [name: string, content: string | Buffer])[] = [
  ['bytes that are no UTF-8', bytes(line({ request_uri: `/${marker}/caf\u00e9\u00ff` }))],
  ['a lone surrogate', line().replace(marker, `${marker}\\ud800`)],
  ['a NUL that is escaped', line().replace(marker, `${marker}\\u0000`)],
  ['a line feed and an ESC that are escaped', line({ http_user_agent: `Mozilla/5.0 ${marker}\n\u001b[31m`, request_uri: `/${marker}\r\nSet-Cookie: x` })],
  ['a key twice', line().replace('"status":"200"', '"status":"no status at all","status":"200"')],
  ['keys of the prototype', line().replace('{', '{"__proto__":{"status":"x"},"constructor":1,"toString":null,"hasOwnProperty":"x",')],
  ['100,000 nested arrays under an unknown key', line().replace('{', `{"deep":${nested('[', ']', 100_000)},`)],
  ['a user agent of 200 KB', line({ http_user_agent: `Mozilla/5.0 ${marker.repeat(22_000)}` })],
  ['a path of 200 KB', line({ request_uri: `/${marker.repeat(22_000)}` })],
  ['a path of 8,000 slashes', line({ request_uri: `/${'/'.repeat(8000)}${marker}` })],
  ['100,000 addresses in front of a proxy', line({ http_x_forwarded_for: '198.51.100.1, '.repeat(15_000) })],
  ['a method nobody knows', line({ request_method: marker.toUpperCase() })],
  ['no method and no path', line({ request_method: '', request_uri: '', status: '400' })],
  ['a server name of HTML', line({ server_name: `<script>${marker}</script>` })],
  ['LogQL in a referrer', line({ http_referer: `https://x.example/"} |= \`${marker}\`` })],
  ['a content type of 10 KB', line({ sent_http_content_type: `text/${marker.repeat(1000)}` })],
  ['a status nginx never had', line({ status: '000' })],
];

async function run(name: string, contents: readonly (string | Buffer)[], settings: Record<string, unknown> = {}): Promise<RoadResult> {
  const folder = mkdtempSync(join(home, 'run-'));
  const path = join(folder, `${name}.log`);
  writeFileSync(path, Buffer.concat(contents.flatMap((content) => [Buffer.from(content), Buffer.from('\n')])));
  const result = await runRoad({ folder, nowMs, inputs: 'followed', settings: { anonymity_threshold: 2, inputs: [{ name: 'main', path, start_at: 'beginning' }], ...settings } });
  rmSync(path);
  return result;
}

/** Every line without the nanoseconds that hold its number in the input. */
const unnumbered = (lines: readonly string[] = []): readonly string[] => lines.map((text) => text.replace(/(\.\d{3})\d{6}Z/, '$1Z'));
const count = (result: RoadResult, series: string): number => Number(result.counters.find((text) => text.startsWith(`${series} `))?.split(' ')[1] ?? 0);

describe('hostile lines', () => {
  const between = <T>(contents: readonly T[]): (T | string)[] => [good(0), ...contents.flatMap((content, index) => [content, good(index + 1)])];

  test(`${dropped.length} of them are counted by reason, and everything else is as if they had never been`, async () => {
    const result = await run('dropped', between(dropped.map(([, content]) => content)));
    const clean = await run('clean', between(dropped.map(() => '')).filter((content) => content !== ''));
    const expected = Map.groupBy(dropped, ([, , reason]) => reason);
    const reasons = [...expected].map(([reason, lines]) => `logproc_lines_dropped_total{reason="${reason}"} ${lines.length}`).sort();
    expect(result.counters.filter((text) => text.startsWith('logproc_lines_dropped_total'))).toEqual(reasons);
    expect(unnumbered(result.files['access'])).toEqual(unnumbered(clean.files['access']));
    expect(unnumbered(result.files['visit'])).toEqual(unnumbered(clean.files['visit']));
    const withoutLedger = (counters: readonly string[]): readonly string[] => counters.filter((text) => !/^logproc_lines_/.test(text));
    expect(withoutLedger(result.counters)).toEqual(withoutLedger(clean.counters));
    expect([...result.entries].flat().join('\n')).not.toContain(marker);
  });

  test.each(dropped)('%s is dropped for this reason', async (name, content, reason) => {
    const result = await run('one', [good(0), content, good(1)]);
    expect([name, result.counters.filter((text) => text.startsWith('logproc_lines_dropped_total'))]).toEqual([name, [`logproc_lines_dropped_total{reason="${reason}"} 1`]]);
    expect(result.files['access']).toHaveLength(2);
  });

  test(`${taken.length} odd requests are requests like others`, async () => {
    const result = await run('taken', between(taken.map(([, content]) => content)));
    expect(result.counters.filter((text) => text.startsWith('logproc_lines_dropped_total'))).toEqual([]);
    expect(result.files['access']).toHaveLength(2 * taken.length + 1);
    for (const text of Object.values(result.files).flat()) {
      expect(JSON.stringify(JSON.parse(text))).toBe(text); // one object, no key twice, nothing but printable ASCII
      expect(text).toMatch(/^[\x20-\x7e]+$/);
      expect(text).not.toMatch(/script|Set-Cookie|x1b|\\u/);
    }
  });

  test('with a limit of 16 MB, a line of 10 MB is a request too', async () => {
    const result = await run('large', [good(0), line({ http_user_agent: `Mozilla/5.0 ${'x'.repeat(10_000_000)}` }), `{"deep":${nested('[', ']', 5_000_000)}}`, good(1)], { max_line_bytes: 16_777_216 });
    expect(count(result, 'logproc_lines_delivered_total{input="main"}')).toBe(3);
    expect(count(result, 'logproc_lines_dropped_total{reason="bad_time"}')).toBe(1);
  });

  test('a line of 10 MB in a backlog is no end of the file: it moves no watermark, and the visit around it goes on', async () => {
    const contents = [good(1), marker.repeat(1_111_112), Buffer.alloc(3_000_000), good(5), good(9)];
    const result = await run('backlog', contents);
    expect(count(result, 'logproc_late_lines_total{site="other"}')).toBe(0);
    expect(count(result, 'logproc_visits_opened_total')).toBe(1);
    expect(count(result, 'logproc_lines_delivered_total{input="main"}')).toBe(3);
  });

  test('half a line at the end is waited for while the file is followed, and is a line once the file is finished', async () => {
    const folder = mkdtempSync(join(home, 'half-'));
    const path = join(folder, 'access.log');
    writeFileSync(path, `${good(0)}\n${good(1).slice(0, 120)}`);
    const settings = { inputs: [{ name: 'main', path, start_at: 'beginning' }] };
    const followed = await runRoad({ folder, nowMs, inputs: 'followed', settings });
    expect(followed.counters.filter((text) => /^logproc_lines_(?:read|dropped)/.test(text))).toEqual(['logproc_lines_read_total{input="main"} 1']);
    writeFileSync(path, good(1).slice(120) + '\n', { flag: 'a' });
    const whole = await runRoad({ folder, nowMs, inputs: 'followed', settings });
    expect(count(whole, 'logproc_lines_delivered_total{input="main"}')).toBe(2);
    writeFileSync(path, `${good(0)}\n${good(1).slice(0, 120)}`);
    const finished = await runRoad({ folder: mkdtempSync(join(home, 'half-')), nowMs, settings });
    expect(count(finished, 'logproc_lines_dropped_total{reason="malformed"}')).toBe(1);
  });
});

describe('the program itself', () => {
  const main = join(import.meta.dirname, '..', 'src', 'main.ts');

  /** Highest resident memory in KiB, and all that the process said. */
  async function start(name: string, contents: Iterable<string | Buffer>): Promise<{ code: number; peakKib: number; said: string }> {
    const folder = mkdtempSync(join(home, 'start-'));
    const path = join(folder, `${name}.log`);
    for (const content of contents) writeFileSync(path, Buffer.concat([Buffer.from(content), Buffer.from('\n')]), { flag: 'a' });
    const child = spawn(process.execPath, [main, 'start', '--format', 'json', '--port', '0', path], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const said: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => said.push(part));
    child.stderr.on('data', (part: Buffer) => said.push(part));
    let peakKib = 0;
    const look = setInterval(() => {
      try {
        peakKib = Math.max(peakKib, Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0));
      } catch {
        clearInterval(look); // it has ended
      }
    }, 10);
    const patience = setTimeout(() => child.kill('SIGKILL'), 50_000);
    const [code] = (await once(child, 'close')) as [number];
    clearInterval(look);
    clearTimeout(patience);
    rmSync(path);
    return { code, peakKib, said: Buffer.concat(said).toString() };
  }

  function* hostileFile(rounds: number): Generator<string | Buffer> {
    for (let round = 0; round < rounds; round += 1) {
      yield good(round);
      for (const [, content] of [...dropped, ...taken]) yield content;
    }
  }

  test('reads 500 MB of them in the memory of 250 MB, and says nothing of them', { timeout: 120_000 }, async () => {
    const [some, many] = [await start('some', hostileFile(10)), await start('many', hostileFile(20))];
    expect([some.code, many.code]).toEqual([0, 0]);
    expect(many.said).toContain('too_long');
    expect(some.said + many.said).not.toContain(marker);
    expect(some.peakKib).toBeGreaterThan(30_000);
    expect(many.peakKib - some.peakKib).toBeLessThan(60_000);
    expect(many.peakKib).toBeLessThan(400_000);
  });
});
