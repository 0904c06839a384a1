/** An image of a later version that does not exist yet: today's program, with a state of format 2 into which it changes one of format 1 at its first start. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './compose-stack.ts';
import type { ComposeStack } from './compose-stack.ts';

const stateFile = 'log-processor/src/store/state-file.ts';

/** What a release with another format would bring. */
const intoFormat2 = `
function intoFormat2(path: string): void {
  const database = new DatabaseSync(path);
  try {
    const { user_version: version } = database.prepare('PRAGMA user_version').get() ?? {};
    if (version === 1) database.exec('BEGIN; ALTER TABLE meta ADD COLUMN note TEXT; PRAGMA user_version = 2; COMMIT');
  } finally {
    database.close();
  }
}
`;

/** Builds it on top of the image of this checkout. @returns a file to lay over compose.yaml. @throws Error where the program no longer is what is changed here */
export async function buildNextVersion(stack: ComposeStack, image: string): Promise<string> {
  const [context, overlay] = [join(stack.folder, 'next-version'), join(stack.folder, 'next-version.yaml')];
  mkdirSync(context);
  const today = readFileSync(join(checkout, stateFile), 'utf8');
  const changed = today.replace('const formatVersion = 1;', 'const formatVersion = 2;').replace("if (found === 'ours') return;", "if (found === 'ours') return intoFormat2(path);");
  if (changed.split('intoFormat2').length !== 2 || !changed.includes('formatVersion = 2;')) throw new Error(`${stateFile} has changed: look at what is replaced in it here`);
  writeFileSync(join(context, 'state-file.ts'), changed + intoFormat2);
  writeFileSync(join(context, 'Dockerfile'), `FROM tidewatch/tidewatch:0.1.0\nCOPY state-file.ts ./${stateFile}\n`);
  await stack.docker('build', '--quiet', '--tag', image, context);
  writeFileSync(overlay, ['services:', ...['setup', 'processor', 'energy'].map((name) => `  ${name}: { image: ${image} }`), ''].join('\n'));
  return overlay;
}
