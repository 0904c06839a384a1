/** The one-shot of compose.yaml: folders to their users, secrets at the first start, and a word on which profile fits this machine. */
import { arch } from 'node:process';
import { giveFolders } from './give-folders.ts';
import { makeSecrets } from './make-secrets.ts';
import { adviceFor, probeMachine } from './probe-machine.ts';
import { adviceForUnreadable, configurationReaders, unreadable } from './unreadable.ts';
import { volumeOwners } from './volumes.ts';

const say = (text: string): void => void process.stdout.write(`setup: ${text}\n`);

/** Any service that runs from this image; none owns a file of it. */
const program = Object.fromEntries(['package.json', 'setup', 'log-processor', 'energy-exporter', 'demo'].map((name) => [name, { uid: 10101, gid: 10101 }]));

try {
  const given = giveFolders('/volumes', volumeOwners);
  if (given.length > 0) say(`gave to their services: ${given.join(', ')}`);
  const made = makeSecrets('/volumes/grafana-secrets', volumeOwners['grafana-secrets'] ?? { uid: 472, gid: 472 });
  if (made.length > 0) say('made the password of the user `admin` of Grafana; read it with: docker compose exec grafana cat /run/secrets/admin-password');
  const advice = adviceForUnreadable(unreadable('/configuration', configurationReaders));
  if (advice !== null) say(advice);
  // Of the image, which has the modes of the folder that it was built from.
  if (unreadable('/tidewatch', program).length > 0) say('the image tidewatch/tidewatch was built from files that only their owner may read, so nothing but setup can start from it: chmod -R go+rX package.json setup log-processor energy-exporter demo platform, then docker compose build');
  for (const sentence of adviceFor(probeMachine('/host/sys', arch))) say(sentence);
} catch (error) {
  process.stderr.write(`setup: ${error instanceof Error ? error.message : 'it ended for an unknown reason'}\n`);
  process.exitCode = 1;
}
