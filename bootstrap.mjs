/** Makes a bare clone runnable: installs what `npm start` and `npm test` need, on any Node from 20 on and without any dependency. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const root = import.meta.dirname;
const modules = join(root, 'node_modules');
const pinnedNode = join(modules, 'node', 'bin', 'node');

/** Why the packages have to be installed, or null when they are all there as package-lock.json has them. */
function whatIsMissing() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(join(modules, '.package-lock.json'));
  if (wanted === null) throw new Error('package-lock.json is not readable: is this a whole clone?');
  if (present === null) return 'no packages yet';
  for (const [path, entry] of Object.entries(wanted)) {
    // Optional packages are those of other platforms; npm leaves them out.
    if (path === '' || entry.optional === true) continue;
    if (present[path]?.version !== entry.version || !existsSync(join(root, path))) return `${path} is not ${entry.version}`;
  }
  return null;
}

/** The `packages` of a lock file by path, or null when the file is missing or torn. Contents are compared, because a clone has no useful dates. */
function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages ?? null;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Runs npm on the Node of this machine: the pinned one lies in the folder that npm is about to replace. */
function npm(...args) {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.endsWith(join('node_modules', '.bin')));
  const { status, signal, error } = spawnSync('npm', args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: path.join(delimiter) },
  });
  if (error) stop(`cannot start npm (${error.message})`);
  if (signal) stop(`npm was ended by ${signal}`);
  if (status !== 0) stop(`\`npm ${args.join(' ')}\` failed: see above; a first start needs the network`);
}

/** Whether the pinned runtime is there and answers. */
function nodeAnswers() {
  return existsSync(pinnedNode) && spawnSync(pinnedNode, ['--version'], { stdio: 'ignore' }).status === 0;
}

function say(text) {
  process.stderr.write(`tidewatch: ${text}\n`);
}

function stop(text) {
  say(text);
  process.exit(1);
}

const missing = whatIsMissing();
if (missing !== null) {
  say(`installing packages with \`npm ci\`, once (${missing})`);
  // Production settings of this machine must not leave out what the tests need.
  npm('ci', '--include=dev', '--prefer-offline', '--loglevel=error');
}
if (!nodeAnswers()) {
  say('fetching the pinned Node with `npm rebuild node` (its install script did not run)');
  npm('rebuild', 'node', '--ignore-scripts=false', '--loglevel=error');
  if (!nodeAnswers()) stop(`the pinned Node does not run on this machine (${process.platform} ${process.arch}): ${pinnedNode}`);
}
