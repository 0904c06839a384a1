/** Starts a real Alertmanager with a changed copy of a shipped configuration, hands it alerts, and asks what it makes of them. */
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { startProgram, type Program } from './real-servers.ts';

const statesSchema = z.array(z.object({ labels: z.record(z.string(), z.string()), status: z.object({ state: z.string(), inhibitedBy: z.array(z.string()) }) }));

export type Labels = Readonly<Record<string, string>>;

export type RealAlertmanager = Program & {
  fire(alerts: readonly { readonly labels: Labels; readonly annotations?: Labels }[]): Promise<void>;
  /** Reads another configuration, as after a change of its file. */
  reload(configuration: string): Promise<void>;
  /** They ended just now. */
  end(labels: readonly Labels[]): Promise<void>;
  states(): Promise<z.infer<typeof statesSchema>>;
  /** Sum over all series of a metric of its own. */
  metric(name: string): Promise<number>;
};

export async function startAlertmanager(folder: string, name: string, configuration: string): Promise<RealAlertmanager> {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, configuration);
  const program = await startProgram('alertmanager', folder, (port) => ['--config.file', file, '--storage.path', join(folder, name), '--cluster.listen-address=', `--web.listen-address=127.0.0.1:${port}`], '/-/ready');
  const post = async (alerts: readonly unknown[]): Promise<void> => {
    const response = await fetch(`${program.url}/api/v2/alerts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(alerts) });
    if (response.status !== 200) throw new Error(`Alertmanager answered ${response.status}: ${await response.text()}`);
  };
  return {
    ...program,
    reload: async (changed) => {
      writeFileSync(file, changed);
      const response = await fetch(`${program.url}/-/reload`, { method: 'POST' });
      if (!response.ok) throw new Error(`Alertmanager refused the configuration: ${await response.text()}`);
    },
    fire: (alerts) => post(alerts.map((alert) => ({ annotations: {}, ...alert, startsAt: new Date().toISOString() }))),
    end: (labels) => post(labels.map((one) => ({ labels: one, endsAt: new Date().toISOString() }))),
    states: async () => statesSchema.parse(await (await fetch(`${program.url}/api/v2/alerts`)).json()),
    metric: async (wanted) => {
      const page = await (await fetch(`${program.url}/metrics`)).text();
      return [...page.matchAll(new RegExp(`^${wanted}(?:{.*})? (.*)$`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0);
    },
  };
}
