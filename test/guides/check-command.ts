/** Checks one command of a guide against what it names: scripts, subcommands of Tidewatch, tests, programs; Compose has a file of its own. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readCommand } from '../../log-processor/src/command-line.ts';
import { findServer } from '../../tools/find-server.ts';
import { at, object } from '../compose/compose-file.ts';
import { outcomeOf } from '../docker/outcome.ts';
import { checkout } from './blocks.ts';
import { composeMistake } from './check-compose-command.ts';

type Mistake = string | null;

const parsedPackage: unknown = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
const scripts = Object.keys(object(at(parsedPackage, 'scripts')));
/** Programs of every Linux machine, whose words are not looked at. */
const plain = /^(?:curl|nginx|git|ls|ss|stat|chgrp|chmod|ufw|docker) /;

/** By how a command begins, what looks at the words after that. The first that fits decides. */
const checks: readonly (readonly [begins: RegExp, check: (words: readonly string[]) => Mistake | Promise<Mistake>])[] = [
  [/^docker compose(?: |$)/, (words) => composeMistake(words.slice(2), tidewatchMistake)],
  [/^npm run /, ([, , name = '']) => (scripts.includes(name) ? null : `package.json has no script ${name}`)],
  [/^npx tidewatch /, (words) => tidewatchMistake(words.slice(2))],
  [/^promtool /, (words) => promtoolMistake(words.slice(1).filter((word) => /^[a-z-]+$/.test(word)))],
  [/^npx vitest run /, (words) => words.slice(3).filter((path) => !existsSync(join(checkout, path))).map((path) => `there is no ${path}`)[0] ?? null],
  [/^setup\//, ([path = '']) => (isProgram(join(checkout, path)) ? null : `${path} is no script that can be run`)],
  [plain, () => null],
];

/** Null where nothing is wrong with it. */
export async function mistakeIn(command: string): Promise<Mistake> {
  const shell = await outcomeOf('/bin/sh', ['-n', '-c', command]);
  if (shell.code !== 0) return `no shell reads it: ${shell.stderr}`;
  for (const [, inner = ''] of command.matchAll(/\$\(([^()]+)\)/g)) {
    const mistake = await mistakeIn(inner);
    if (mistake !== null) return mistake;
  }
  const words = wordsOf(command.replaceAll(/\$\([^()]+\)/g, 'X')).filter((word) => !/^[A-Z_]+=/.test(word));
  const [, check] = checks.find(([begins]) => begins.test(words.join(' '))) ?? [];
  return check === undefined ? `nobody checks the program ${words[0] ?? ''}` : check(words);
}

function tidewatchMistake(words: readonly string[]): Mistake {
  try {
    readCommand(words);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'not understood';
  }
}

/** Its own help knows a subcommand or ends with an error. */
async function promtoolMistake(subcommands: readonly string[]): Promise<Mistake> {
  const { code, stdout, stderr } = await outcomeOf(findServer('promtool') ?? 'promtool', [...subcommands, '--help']);
  return code === 0 && `${stdout}${stderr}`.includes(subcommands.join(' ')) ? null : `promtool has no ${subcommands.join(' ')}`;
}

const isProgram = (path: string): boolean => existsSync(path) && (statSync(path).mode & 0o111) !== 0;

/** Words of a simple command, without their quotation marks. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replaceAll(/^["']|["']$/g, ''));
}
