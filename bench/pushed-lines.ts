/** Pushed lines through the second door, scrubbed and committed, beside a tail; then the same lines sent by a real Promtail, whose CPU stands beside ours. `node bench/pushed-lines.ts [a kind of lines, or none for all mixed]` */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonLine } from '../log-processor/test/road-run.ts';
import { readMetrics, startProcessor, total } from '../test/processor-process.ts';
import { createPromtail } from '../test/promtail-process.ts';
import { asPromtail, push } from '../test/push-bodies.ts';
import type { Sent } from '../test/push-bodies.ts';
import { lineKinds } from './pushed-line-kinds.ts';

const [warmUp, batches, perBatch, shipped] = [10, 100, 4500, 150_000];
const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
const log = join(folder, 'access.json.log');
const agentFolder = join(folder, 'promtail');

/** Seconds of user and system time, in the 100 ticks a second of Linux. */
const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
/** Every line of a batch of its own kind, and in turn: as many of each. */
const kinds = lineKinds.filter(({ name }) => name.includes(process.argv[2] ?? ''));
const startMs = Date.now() - 60_000;
const lineOf = (number: number): string => kinds[number % kinds.length]?.line(number, startMs + Math.floor(number / 100)) ?? '';
const batchOf = (batch: number): Sent => {
  const numbers = Array.from({ length: perBatch }, (_, entry) => batch * perBatch + entry);
  const streams = kinds.map(({ labels }, kind) => ({ labels, entries: numbers.filter((number) => number % kinds.length === kind).map((number) => ({ ns: BigInt(startMs + Math.floor(number / 100)) * 1_000_000n, line: lineOf(number) })) }));
  return asPromtail(streams);
};

writeFileSync(log, '');
const bodies = Array.from({ length: warmUp + batches }, (_, batch) => batchOf(batch));
// Loki is away: what is measured ends with the commit to the outbox, which is what a 204 says.
const processor = startProcessor({
  folder: join(folder, 'processor'),
  settings: {
    output: 'loki', loki_url: 'http://127.0.0.1:9', outbox_limit_bytes: 2_000_000_000, inputs: [{ name: 'main', path: log, start_at: 'beginning' }], sites: [{ name: 'ocean', server_names: ['ocean.example'] }],
    senders: [{ name: 'agent', streams: [{ match: { job: 'nginx-error' }, stream: 'error', site: 'ocean' }, { match: { job: 'platform' }, stream: 'app', site: 'ocean' }, { match: { job: 'stack' }, stream: 'stack', site: 'ocean' }] }],
  },
});
const url = await processor.url();
const pushedLines = async (): Promise<number> => total(await readMetrics(url), 'logproc_lines_read_total{input="agent"}');
const tailing = setInterval(() => appendFileSync(log, `${Array.from({ length: 50 }, () => jsonLine(Date.now())).join('\n')}\n`), 50);

let notNow = 0;
/** As every sender does, again after a 503. */
const send = async (body: Sent): Promise<void> => {
  for (let answer = await push(url, body); answer.status !== 204; answer = await push(url, body)) {
    if (answer.status !== 503) throw new Error(`a push was answered ${answer.status}`);
    notNow += 1;
    await sleep(Number(answer.retryAfter) * 1000);
  }
};
const warming = bodies.slice(0, warmUp);
for (const body of warming) await send(body);

/** What the tail alone costs: CPU seconds a second. It is told apart, because a busy machine makes every run longer. */
const [aloneCpu, aloneMs] = [cpuSeconds(processor.pid), performance.now()];
await sleep(5000);
const tailRate = (cpuSeconds(processor.pid) - aloneCpu) / ((performance.now() - aloneMs) / 1000);

type Spent = { readonly all: number; readonly withoutTail: number; readonly seconds: number };
const measure = async (deed: () => Promise<void>): Promise<Spent> => {
  const [startCpu, startedMs] = [cpuSeconds(processor.pid), performance.now()];
  await deed();
  const [all, seconds] = [cpuSeconds(processor.pid) - startCpu, (performance.now() - startedMs) / 1000];
  return { all, withoutTail: all - tailRate * seconds, seconds };
};
const perMillion = (cpu: number, lines: number): string => ((cpu / lines) * 1e6).toFixed(1);
const load = (): string => `load ${loadavg()[0]?.toFixed(1)}`;

const waiting = bodies.slice(warmUp).values();
const pushed = await measure(async () => {
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (const body of waiting) await send(body);
  }));
});
const lines = batches * perBatch;
console.log(`pushed: ${Math.round(lines / pushed.seconds)} lines/s; CPU seconds per million: ${perMillion(pushed.all, lines)}, without the tail ${perMillion(pushed.withoutTail, lines)}; answered 503: ${notNow}; ${load()}`);

mkdirSync(join(agentFolder, 'log'), { recursive: true });
writeFileSync(join(agentFolder, 'log', 'error.log'), Array.from({ length: shipped }, (_, number) => `${lineOf(9_000_000 + number).replaceAll('\n', ' ')}\n`).join(''));
const promtail = createPromtail(agentFolder, url);
const before = await pushedLines();
let agent = 0;
const spent = await measure(async () => {
  promtail.start();
  await sleep(300);
  const agentPid = Number(execFileSync('pgrep', ['-f', join(agentFolder, 'promtail.yaml')]).toString().trim().split('\n')[0]);
  while ((await pushedLines()) - before < shipped) await sleep(500);
  agent = cpuSeconds(agentPid);
});
console.log(`by Promtail in ${spent.seconds.toFixed(0)} s: it spends ${perMillion(agent, shipped)} CPU seconds per million, we ${perMillion(spent.all, shipped)}, without the tail ${perMillion(spent.withoutTail, shipped)}: ${(spent.withoutTail / agent).toFixed(2)} of Promtail's; ${load()}`);
await promtail.kill();
clearInterval(tailing);
await processor.kill();
rmSync(folder, { recursive: true });
