/** Pushed error lines through the second door, scrubbed and committed, beside a tail; then the same kind of lines sent by a real Promtail, whose CPU stands beside ours. `node bench/pushed-lines.ts` */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonLine } from '../log-processor/test/road-run.ts';
import { readMetrics, startProcessor, total } from '../test/processor-process.ts';
import { createPromtail } from '../test/promtail-process.ts';
import { asPromtail, push } from '../test/push-bodies.ts';

const [batches, perBatch, shipped] = [60, 4500, 150_000];
const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
const log = join(folder, 'access.json.log');
const agentFolder = join(folder, 'promtail');

/** Seconds of user and system time, in the 100 ticks a second of Linux. */
const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
const errorLine = (number: number): string => {
  const time = new Date(Date.now() - 60_000 + number / 10_000).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  return `${time} [error] 31#31: *${number} open() "/srv/ocean/${number % 300}.html" failed (2: No such file or directory), client: 203.0.113.${(number * 7) % 256}, server: ocean.example, request: "GET /${number % 300}.html?page=${number % 40} HTTP/1.1", host: "ocean.example"`;
};

writeFileSync(log, '');
const firstNs = BigInt(Date.now() - 60_000) * 1_000_000n;
const bodies = Array.from({ length: batches }, (_, batch) =>
  asPromtail([{ labels: { job: 'nginx-error' }, entries: Array.from({ length: perBatch }, (__, entry) => ({ ns: firstNs + BigInt(batch * perBatch + entry), line: errorLine(batch * perBatch + entry) })) }]),
);
// Loki is away: what is measured ends with the commit to the outbox, which is what a 204 says.
const processor = startProcessor({
  folder: join(folder, 'processor'),
  settings: {
    output: 'loki', loki_url: 'http://127.0.0.1:9', outbox_limit_bytes: 2_000_000_000, inputs: [{ name: 'main', path: log, start_at: 'beginning' }], sites: [{ name: 'ocean', server_names: ['ocean.example'] }],
    senders: [{ name: 'agent', streams: [{ match: { job: 'nginx-error' }, stream: 'error', site: 'ocean' }] }],
  },
});
const url = await processor.url();
const pushedLines = async (): Promise<number> => total(await readMetrics(url), 'logproc_lines_read_total{input="agent"}');
const tailing = setInterval(() => appendFileSync(log, `${Array.from({ length: 50 }, () => jsonLine(Date.now())).join('\n')}\n`), 50);

const [startCpu, startMs] = [cpuSeconds(processor.pid), performance.now()];
const waiting = bodies.values();
await Promise.all(Array.from({ length: 4 }, async () => {
  for (const body of waiting) if ((await push(url, body)).status !== 204) throw new Error('a push was not taken');
}));
const [lines, seconds, cpu] = [batches * perBatch, (performance.now() - startMs) / 1000, cpuSeconds(processor.pid) - startCpu];
console.log(`pushed: ${Math.round(lines / seconds)} lines/s, ${((cpu / lines) * 1e6).toFixed(1)} CPU seconds per million`);

mkdirSync(join(agentFolder, 'log'), { recursive: true });
writeFileSync(join(agentFolder, 'log', 'error.log'), Array.from({ length: shipped }, (_, number) => `${errorLine(9_000_000 + number)}\n`).join(''));
const promtail = createPromtail(agentFolder, url);
const [before, cpuBefore] = [await pushedLines(), cpuSeconds(processor.pid)];
promtail.start();
await sleep(300);
const agentPid = Number(execFileSync('pgrep', ['-f', join(agentFolder, 'promtail.yaml')]).toString().trim().split('\n')[0]);
while ((await pushedLines()) - before < shipped) await sleep(200);
const [agent, ours] = [cpuSeconds(agentPid), cpuSeconds(processor.pid) - cpuBefore];
console.log(`by Promtail: it spends ${((agent / shipped) * 1e6).toFixed(1)} CPU seconds per million, we ${((ours / shipped) * 1e6).toFixed(1)}: ${(ours / agent).toFixed(2)} of Promtail's`);
await promtail.kill();
clearInterval(tailing);
await processor.kill();
rmSync(folder, { recursive: true });
