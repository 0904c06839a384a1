/** Whatever a guide tells its reader to type is checked: commands against the programs they call, configuration by the program that reads it. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../log-processor/src/config.ts';
import { findServer } from '../../tools/find-server.ts';
import { mustRun, outcomeOf } from '../docker/outcome.ts';
import { blocksOf, checkout, commandsOf, guides } from './blocks.ts';
import { mistakeIn } from './check-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidewatch-guides-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const blocks = guides.flatMap(blocksOf);
const missing = ['docker-compose', 'nginx', 'logrotate', 'promtool'].filter((name) => findServer(name) === null);
const skip = missing.length > 0 && process.env['CI'] !== 'true';
if (skip) process.stderr.write(`SKIPPED: commands of the guides (no ${missing.join(', ')} on this machine)\n`);

test('every fenced block is of a kind that is checked below', () => {
  expect(blocks.map(({ guide, kind }) => [guide, kind]).filter(([, kind]) => !['sh', 'yaml tidewatch', 'nginx http', 'nginx site', 'logrotate', 'ini .env', 'text'].includes(kind ?? ''))).toEqual([]);
  expect(new Set(blocks.map(({ kind }) => kind)).size).toBe(7); // `.env` is read in test/compose/compose-itself.test.ts
});

describe.skipIf(skip)('commands', () => {
  test.each(guides.flatMap((guide) => commandsOf(guide).map((command) => [guide, command] as const)))('%s: %s', async (_, command) => {
    expect(await mistakeIn(command)).toBeNull();
  });

  test.each([
    ['docker compose exec grafanna ls', 'no service grafanna'],
    ['docker compose ups', 'no command ups'],
    ['docker compose up --detatch', 'no flag --detatch'],
    ['docker compose --profile metall up -d', 'no service has the profile metall'],
    ['docker compose up -d --scale nginxx=0', 'no service nginxx'],
    ['docker compose exec processor node log-processor/src/main.ts verfy', 'unknown command'],
    ['npm run drilll', 'no script drilll'],
    ['npx tidewatch report --htmll x', 'htmll'],
    ['npx tidewatch backfill x.log --untill 2026-10-31', 'untill'],
    ['promtool tsdb create-blocks-form openmetrics x y', 'promtool has no'],
    ['setup/back-up.sh x.tar.gz', 'no script that can be run'],
    ['npx vitest run test/composed', 'there is no test/composed'],
    ['rm -rf /', 'nobody checks the program rm'],
    ['curl "$(docker compose exec nowhere ls)"', 'no service nowhere'],
    ['docker compose ps (', 'no shell reads it'],
  ])('%s would have been seen', async (command, why) => {
    expect(await mistakeIn(command)).toContain(why);
  });
});

test.each(blocks.filter(({ kind }) => kind === 'yaml tidewatch').map(({ guide, text }) => [guide, text] as const))('%s: a configuration of the processor is one', (guide, text) => {
  expect(() => parseConfig(text, guide)).not.toThrow();
});

describe.skipIf(skip)('configuration of other programs', () => {
  /** A later block of the guide stands behind the include of the first. */
  const format = (text: string): string => (text.includes('log-format.conf') || !text.includes(' tidewatch;') ? '' : `include ${join(checkout, 'nginx', 'log-format.conf')};\n`) + text.replaceAll('/etc/nginx/tidewatch/log-format.conf', join(checkout, 'nginx', 'log-format.conf')).replaceAll('/var/log/nginx/', `${folder}/`);
  const nginxTakes = async (http: string): Promise<string> => {
    const conf = join(folder, 'nginx.conf');
    writeFileSync(conf, `pid ${folder}/nginx.pid;\nerror_log ${folder}/error.log;\nevents {}\nhttp {\naccess_log off;\n${http}\n}\n`);
    const { code, stderr } = await outcomeOf(findServer('nginx') ?? 'nginx', ['-q', '-t', '-c', conf]);
    return code === 0 ? '' : stderr;
  };

  test.each(blocks.filter(({ kind }) => kind === 'nginx http').map(({ guide, text }) => [guide, text] as const))('%s: nginx takes what goes into http { }', async (_, text) => {
    expect(await nginxTakes(format(text))).toBe('');
    expect(await nginxTakes(format(text.replace(';', '')))).not.toBe('');
  });

  test.each(blocks.filter(({ kind }) => kind === 'nginx site').map(({ guide, text }) => [guide, text] as const))('%s: nginx takes a site', async (_, text) => {
    const site = join(folder, 'site.conf');
    writeFileSync(site, 'location / { proxy_pass http://$platform_upstream; }\n');
    const around = "resolver 127.0.0.1;\nmap '' $platform_upstream { default \"first:80\"; }\n";
    expect(await nginxTakes(around + text.replace('/etc/nginx/tidewatch/site.conf', site))).toBe('');
    // The example that is shipped is the one of the guide.
    const shipped = readFileSync(join(checkout, 'nginx', 'second-site.conf.example'), 'utf8').split('\n').filter((line) => !line.trim().startsWith('#'));
    expect(text.trim()).toBe(shipped.join('\n').trim());
  });

  test.each(blocks.filter(({ kind }) => kind === 'logrotate').map(({ guide, text }) => [guide, text] as const))('%s: logrotate takes its rule', async (_, text) => {
    mkdirSync(join(folder, 'logs'));
    writeFileSync(join(folder, 'logs', 'access.log'), 'a line\n');
    const rule = join(folder, 'rule');
    const here = text.replace('/var/log/nginx/', `${folder}/logs/`).replaceAll('/run/nginx.pid', join(folder, 'no.pid')).replace('www-data adm', 'root root');
    writeFileSync(rule, here, { mode: 0o644 });
    const { code, stderr } = await outcomeOf(findServer('logrotate') ?? 'logrotate', ['--debug', '--state', join(folder, 'state'), rule]);
    expect([code, /error:/.test(stderr)]).toEqual([0, false]);
    // Day by day, the last ones without a request: a line of the first day outlives the second in no file.
    for (const day of ['first', 'second', '']) {
      writeFileSync(join(folder, 'logs', 'access.log'), day);
      await mustRun(findServer('logrotate') ?? 'logrotate', ['--force', '--state', join(folder, 'state'), rule]);
    }
    expect(readdirSync(join(folder, 'logs')).map((name) => readFileSync(join(folder, 'logs', name), 'utf8'))).toEqual(['', '']);
    writeFileSync(rule, here.replace('daily', 'dayly'));
    expect((await outcomeOf(findServer('logrotate') ?? 'logrotate', ['--debug', '--state', join(folder, 'state'), rule])).stderr).toMatch(/error:/);
  });
});
