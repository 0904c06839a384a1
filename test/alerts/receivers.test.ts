/** Every kind of receiver of with-receivers.yaml, with its secret files, gets its message from a real Alertmanager; groups and repetition are as they are written. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findServer } from '../../tools/find-server.ts';
import { alerts, root, textOf } from './alert-files.ts';
import { startMailSink, type Mail, type MailSink } from './mail-sink.ts';
import { startAlertmanager, type Labels, type RealAlertmanager } from './real-alertmanager.ts';
import { until } from './real-servers.ts';

const skipped = findServer('alertmanager') === null && process.env['CI'] !== 'true';
const folder = mkdtempSync(join(tmpdir(), 'tidewatch-receivers-'));
const heard: { readonly path: string; readonly body: string }[] = [];
let hooks: Server;
let mail: MailSink;
let alertmanager: RealAlertmanager;

beforeAll(async () => {
  if (skipped) return;
  hooks = createServer((request, response) => {
    void text(request).then((body) => {
      heard.push({ path: request.url ?? '', body });
      // Slack and Teams answer so.
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => hooks.listen(0, '127.0.0.1', resolve));
  const address = hooks.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  mail = await startMailSink();
  for (const name of ['page', 'slack', 'teams', 'dead-mans-switch']) writeFileSync(join(folder, `${name}-url`), `http://127.0.0.1:${port}/${name}\n`);
  writeFileSync(join(folder, 'mail-password'), 'a secret of the test\n'); // as an editor leaves it
  alertmanager = await startAlertmanager(folder, 'receivers', placed(textOf('alertmanager/with-receivers.yaml')));
}, 180_000);

afterAll(async () => {
  if (skipped) return;
  await alertmanager.stop();
  await mail.stop();
  await new Promise((resolve) => (hooks.closeAllConnections(), hooks.close(resolve)));
  rmSync(folder, { recursive: true, force: true });
});

/** The shipped file: secrets and templates are here, the mail server speaks no TLS, minutes are parts of seconds and the hour of `page` is four seconds. */
function placed(shipped: string): string {
  const times: readonly (readonly [string, string])[] = [['group_wait: 30s', 'group_wait: 1s'], ['group_wait: 5m', 'group_wait: 2s'], ['group_interval: 5m', 'group_interval: 1s'], ['group_interval: 1m', 'group_interval: 1s'], ['repeat_interval: 1h', 'repeat_interval: 4s'], ['repeat_interval: 2m', 'repeat_interval: 2s']]; // prettier-ignore
  const others: readonly (readonly [string, string])[] = [['/run/alert-secrets', folder], ['mail.ocean-body.example:587', `localhost:${mail.port}`], ['smtp_require_tls: true', 'smtp_require_tls: false'], ['templates/*.tmpl', join(root, 'alertmanager/templates/*.tmpl')]]; // prettier-ignore
  return [...times, ...others].reduce((done, [from, to]) => {
    expect(done, from).toContain(from);
    return done.replaceAll(from, to);
  }, shipped);
}

/** An alert as the rules raise it. */
function raised(name: string, more: Labels = {}): { readonly labels: Labels; readonly annotations: Labels } {
  const rule = alerts.find(({ alert }) => alert === name);
  const annotations = Object.entries(rule?.annotations ?? {}).map(([key, value]) => [key, value.replaceAll(/[{][{].*?[}][}]/g, 'seven')]);
  return { labels: { alertname: name, ...rule?.labels, ...more }, annotations: Object.fromEntries(annotations) as Labels };
}

const mailsTo = (who: string): readonly Mail[] => mail.mails().filter(({ to }) => to.includes(`${who}@ocean-body.example`));
const bodiesAt = (path: string): readonly string[] => heard.filter((one) => one.path === `/${path}`).map(({ body }) => body);
const saysAll = (said: string, name: string): void => {
  const { annotations, labels } = raised(name);
  for (const part of [annotations['summary'], annotations['description'], labels['severity'], `http://localhost:3000${annotations['dashboard'] ?? ''}`, `http://localhost:3000${annotations['runbook_url'] ?? ''}`, /since \d{4}-\d\d-\d\d \d\d:\d\d UTC/]) {
    if (part instanceof RegExp) expect(said).toMatch(part);
    else expect(said).toContain(part);
  }
};

test.skipIf(skipped)('who is on call gets a web hook, a Slack message and a mail, each of which says all', async () => {
  await alertmanager.fire([raised('ProcessorDown', { instance: 'processor:9464' })]);
  await until(() => bodiesAt('page').length > 0 && bodiesAt('slack').length > 0 && mailsTo('on-call').length > 0, 'web hook, Slack and mail');
  expect(JSON.parse(bodiesAt('page')[0] ?? '')).toMatchObject({ receiver: 'page', status: 'firing', alerts: [{ labels: { alertname: 'ProcessorDown' } }] });
  const slack = bodiesAt('slack')[0] ?? '';
  expect(slack).toContain('"channel":"#on-call"');
  saysAll(slack, 'ProcessorDown');
  const [first] = mailsTo('on-call');
  expect(first?.subject).toBe(`Critical: ${raised('ProcessorDown').annotations['summary'] ?? ''}`);
  expect(first?.login).toBe('tidewatch@ocean-body.example:a secret of the test');
  saysAll(first?.text ?? '', 'ProcessorDown');
});

test.skipIf(skipped)('a page comes again and again, and is over when it is over', async () => {
  const before = bodiesAt('page').length;
  await until(() => bodiesAt('page').length >= before + 2, 'two repetitions');
  await alertmanager.end([raised('ProcessorDown', { instance: 'processor:9464' }).labels]);
  await until(() => mailsTo('on-call').some(({ subject }) => subject.startsWith('Over: ')), 'the mail that it is over');
  expect(mailsTo('on-call').at(-1)?.text).toMatch(/over since \d{4}-/);
});

test.skipIf(skipped)('what can wait goes to Teams and by mail, once; two sites are two messages', async () => {
  await alertmanager.fire([raised('SiteSlow', { site: 'one' }), raised('SiteSlow', { site: 'two' })]);
  await until(() => bodiesAt('teams').length >= 2 && mailsTo('operations').length >= 2, 'Teams and mail for both sites');
  const teams = bodiesAt('teams')[0] ?? '';
  expect(teams).toContain('AdaptiveCard');
  expect(JSON.stringify(JSON.parse(teams))).toMatch(/var-site=(?:one|two)/);
  saysAll(teams, 'SiteSlow');
});

test.skipIf(skipped)('privacy is told to its person; carbon comes in one mail for all; audience to its channel; the heartbeat to its service', async () => {
  await alertmanager.fire([raised('KeyNotDestroyed', { site: 'one' }), raised('CarbonPerHourOverBudget', { instance: 'a' }), raised('CarbonIntensityHigh', { zone: 'FR' }), raised('BounceJump', { site: 'one' }), raised('DeadMansSwitch')]);
  await until(() => ['privacy', 'sustainability'].every((who) => mailsTo(who).length > 0) && bodiesAt('dead-mans-switch').length > 1 && bodiesAt('slack').some((body) => body.includes('"channel":"#audience"')), 'privacy, carbon, audience and the heartbeat, twice');
  saysAll(mailsTo('privacy')[0]?.text ?? '', 'KeyNotDestroyed');
  const carbon = mailsTo('sustainability');
  expect(carbon.length).toBe(1);
  expect(carbon[0]?.subject).toBe('2 alerts');
  saysAll(carbon[0]?.text ?? '', 'CarbonPerHourOverBudget');
  saysAll(carbon[0]?.text ?? '', 'CarbonIntensityHigh');
  // Carbon and audience wake nobody.
  for (const told of [...bodiesAt('page'), ...mailsTo('on-call').map((one) => one.text)]) expect(told).not.toMatch(/Carbon|BounceJump/);
});

test.skipIf(skipped)('nothing is told twice that waits half a day, `info` is told to nobody, and no template failed', async () => {
  await alertmanager.fire([raised('ScannerActive', { site: 'one' })]);
  const before = bodiesAt('dead-mans-switch').length;
  await until(() => bodiesAt('dead-mans-switch').length > before + 1, 'two more heartbeats');
  expect(bodiesAt('teams').length).toBe(3); // SiteSlow of both sites, KeyNotDestroyed
  expect(heard.filter(({ body }) => body.includes('ScannerActive'))).toEqual([]);
  expect(await alertmanager.metric('alertmanager_notifications_failed_total')).toBe(0);
  expect(readFileSync(join(folder, 'alertmanager.log'), 'utf8')).not.toMatch(/template|no value|level=ERROR/i);
});
