/** Every command of a runbook is one: Compose's by its own help and compose.yaml, those of Tidewatch by its command line, the rest by a list of programs that a Linux host or an image has. */
import { describe, expect, test } from 'vitest';
import { findServer } from '../../tools/find-server.ts';
import { outcomeOf } from '../docker/outcome.ts';
import { mistakeIn } from '../guides/check-command.ts';
import { blocksOf, namesIn, textOf } from './alert-files.ts';

const skipped = findServer('docker-compose') === null && process.env['CI'] !== 'true';

/** Of the machine itself; what they are asked is read-only. */
const ofTheHost = ['df', 'du', 'find', 'free', 'top', 'ip', 'ethtool', 'ping', 'ssh', 'timedatectl', 'chronyc', 'ntpq', 'journalctl', 'openssl', 'docker'];
const ofAPipe = ['grep', 'sort', 'uniq', 'cut', 'head', 'tail', 'openssl'];

const commands = namesIn('docs/runbooks', '.md').flatMap((file) => blocksOf(textOf('docs/runbooks', file), 'sh').flatMap((block) => block.split('\n').map((line) => [file, line] as const)));

/** The parts of a line that a shell runs one by one, quotation marks kept whole. */
const partsOf = (line: string): readonly (readonly [program: string, text: string, isFirst: boolean])[] =>
  (line.match(/(?:"[^"]*"|'[^']*'|[^|"'])+/g) ?? []).filter((part) => part.trim() !== '').map((part, index) => [part.trim().split(' ')[0] ?? '', part.trim(), index === 0 || line.includes(`||${part}`)]);

test('runbooks have commands, and each names a program that is known', () => {
  expect(commands.length).toBeGreaterThan(50);
  for (const [file, line] of commands) for (const [program, , isFirst] of partsOf(line)) expect(isFirst ? ofTheHost : ofAPipe, `${file}: ${line}`).toContain(program);
});

/** What is run inside a container or sent to its first process, in a block or in a sentence. */
const spoken = namesIn('docs/runbooks', '.md').flatMap((file) => [...textOf('docs/runbooks', file).matchAll(/docker (?:compose (?:exec|kill)|stats|inspect)[^`\n]*/g)].map(([line]) => [file, line] as const));
/** Programs that the image of a service has. */
const insideOf: Readonly<Record<string, readonly string[]>> = { nginx: ['nginx', 'wget'], processor: ['node', 'ls'], prometheus: ['promtool', 'wget'], alertmanager: ['amtool', 'wget'], loki: ['/usr/bin/loki'] };
/** Their first process reads its configuration again at a SIGHUP; that of nginx is start.sh, which hears nothing but its end. */
const hearsSignals = ['prometheus', 'alertmanager'];

test('what is run in a container is in its image, a signal is sent to who hears it, and docker itself is told containers, not services', () => {
  expect(spoken.length).toBeGreaterThan(15);
  for (const [file, line] of spoken) {
    const words = line.split(/ +/);
    const [, group = '', ...rest] = words;
    if (rest[0] === 'exec') expect(insideOf[rest[1] ?? ''] ?? [], `${file}: ${line}`).toContain(rest[2]);
    else if (rest[0] === 'kill') for (const service of rest.slice(3)) expect(hearsSignals, `${file}: ${line}`).toContain(service);
    else expect(line.replace(/"[^"]*"/g, '').replace(/[$][(]docker compose ps -q[^)]*[)]/, '').trim(), file).toMatch(new RegExp(`^docker ${group}(?: --[\\w-]+)*$`));
  }
});

/** The guide for who sets alerts up: its commands are typed on the machine, and change it. */
const ofTheGuide = blocksOf(textOf('docs/alerts.md').replaceAll(/^ {3}/gm, ''), 'sh').flatMap((block) => block.split('\n').map((line) => line.trim()));

test.skipIf(skipped)('the guide makes a secret that Alertmanager can read, and every other command of it is one', async () => {
  expect(ofTheGuide.length).toBeGreaterThan(7);
  const [, group = ''] = /alertmanager:\n(?:(?! {2}\w).*\n)*? {4}user: '\d+:(\d+)'/.exec(textOf('compose.yaml')) ?? [];
  const made = ofTheGuide.filter((line) => line.startsWith('sudo '));
  expect(made.map((line) => line.replace(/ [/]etc.*/, ''))).toEqual([`sudo install -d -m 750 -g ${group}`, `sudo install -m 640 -g ${group} /dev/stdin`]);
  for (const line of ofTheGuide.filter((other) => !made.includes(other))) expect(await mistakeIn(line), line).toBeNull();
});

describe.skipIf(skipped)('commands', () => {
  test.each(commands)('%s: %s', async (_file, line) => {
    const shell = await outcomeOf('/bin/sh', ['-n', '-c', line]);
    expect(shell.code, shell.stderr).toBe(0);
    const [first = ''] = partsOf(line).map(([, text]) => text.replace(/ [12]?>\s*\S+$/, '').replaceAll('SERVICE', 'loki'));
    if (first.startsWith('docker compose')) expect(await mistakeIn(first)).toBeNull();
  });
});
