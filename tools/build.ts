/** `npm run tools [-- FOLDER...]`: builds the real servers for tests and benches into .tools/bin. */
import { buildServer, serverFolders, whyGoCannotBuild } from './build-servers.ts';

const say = (line: string): void => console.log(`tools: ${line}`);
const folders = serverFolders();
const wanted = process.argv.length > 2 ? process.argv.slice(2) : folders;
const unknown = wanted.filter((folder) => !folders.includes(folder));
const why = await whyGoCannotBuild();

if (unknown.length > 0) {
  say(`no such folder: ${unknown.join(', ')}; there are ${folders.join(', ')}`);
  process.exitCode = 2;
} else if (why !== null) {
  say(`${why}: see https://go.dev/dl`);
  process.exitCode = 1;
} else {
  // One after the other: each build fills every core by itself.
  for (const folder of wanted) if (!(await buildServer(folder, say))) process.exitCode = 1;
}
