/** Asks the real promtool which alerts of Prometheus fire in played days, with `for` as shipped, evaluated every minute. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer } from '../../../tools/find-server.ts';
import { namesIn, root } from '../alert-files.ts';
import { healthySeries } from './model.ts';
import type { PlayedDays } from './played-days.ts';
import { notation } from './series.ts';

/** Energy's own rules are tested with their sensors in test/energy-joint.test.ts; here their results are part of the model. */
export const ruleFiles: readonly string[] = namesIn('prometheus/rules', '.yaml').filter((name) => !name.startsWith('recording-energy'));

/** One sample per alert that fired at any minute of a day. Each day is asked on its own: promtool takes no more than ten thousand samples in one question. */
const everFired = 'max by (alertname) (max_over_time(ALERTS{alertstate="firing"}[1d]))';
const endsOfDays = (minutes: number): readonly number[] => [...Array.from({ length: Math.ceil(minutes / 1440) - 1 }, (_, day) => (day + 1) * 1440), minutes];

/** What compares whole days, and carbon, which looks back a week for its source, is scraped and asked every ten minutes, the rest every minute. */
const slow = ['alerts-audience.yaml', 'alerts-carbon.yaml', 'recording-thresholds.yaml'];
const quick = ruleFiles.filter((name) => !slow.includes(name) || name === 'recording-thresholds.yaml');

/** @returns names of alerts that fired at any minute, sorted. @throws Error with what promtool said, when it could not evaluate */
export async function firedInPrometheus(played: PlayedDays): Promise<readonly string[]> {
  const minutes = Math.floor((played.endMs - played.startMs) / 60_000);
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-promtool-'));
  try {
    const model = healthySeries(played, minutes);
    const files = ([[slow, 10], [quick, 1]] as const).map(([names, step], index) => {
      const input_series = model.map((one) => notation(one, minutes, step));
      // The dead-man's switch fires at every minute: it is the proof that what fires is seen.
      const exp_samples = index === 0 ? [] : [{ labels: '{alertname="DeadMansSwitch"}', value: 1 }];
      const test = { interval: `${step}m`, input_series, promql_expr_test: endsOfDays(minutes).map((minute) => ({ expr: everFired, eval_time: `${minute}m`, exp_samples })) };
      const file = join(folder, `days-${index}.yaml`);
      writeFileSync(file, JSON.stringify({ rule_files: names.map((name) => join(root, 'prometheus', 'rules', name)), evaluation_interval: `${step}m`, tests: [test] }));
      return file;
    });
    const answers = await Promise.all(files.map((file) => run(['test', 'rules', file])));
    return [...new Set(answers.flatMap(({ status, text }, index) => (status === 0 ? (index === 0 ? [] : ['DeadMansSwitch']) : firedBy(text))))].sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Out of `exp: ..., got: ...`. @throws Error where something else went wrong */
function firedBy(text: string): readonly string[] {
  const got = /\bgot:(.*)/s.exec(text)?.[1];
  if (got === undefined) throw new Error(text.slice(0, 4000));
  return [...got.matchAll(/alertname="(\w+)"/g)].map(([, name = '']) => name);
}

function run(args: readonly string[]): Promise<{ readonly status: number | null; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(findServer('promtool') ?? 'promtool', args, { cwd: root });
    let text = '';
    const add = (piece: Buffer): void => void (text += piece.toString());
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, text }));
  });
}
