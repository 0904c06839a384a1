/** `npm run stack [-- --folder FOLDER] [--any-port]`: the stack without Docker, as plain processes on loopback, with the shipped configuration; Ctrl-C ends all of it. */
import { parseArgs } from 'node:util';
import { addressOf, findPlace } from './stack/place.ts';
import { runStack } from './stack/run.ts';

const say = (line: string): void => console.log(`stack: ${line}`);

const { values } = parseArgs({ options: { folder: { type: 'string', default: '.tidewatch/stack' }, 'any-port': { type: 'boolean', default: false } } });
const place = await findPlace(values.folder, values['any-port']);
const asked = new Promise<'asked'>((done) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => done('asked'));
});
try {
  const stack = await runStack(place, say);
  for (const what of stack.missing) say(`!! not here: ${what}`);
  say(`the site        http://${addressOf(place, 'nginx:8080')}/`);
  say(`the live page   http://${addressOf(place, 'nginx:8080')}/live`);
  say(`Prometheus      http://${addressOf(place, 'prometheus:9090')}/`);
  say(`Loki            http://${addressOf(place, 'loki:3100')}/ (logcli --addr=... query '{stream="access"}')`);
  say(`what they said  ${place.folder}/said/`);
  say('Ctrl-C ends all of it');
  const why = await Promise.race([asked, stack.broken]);
  if (why !== 'asked') say(`${why} ended by itself; ending the rest`);
  await stack.stop();
  say('ended');
  process.exitCode = why === 'asked' ? 0 : 1;
} catch (error) {
  say(error instanceof Error ? error.message : 'it ended for an unknown reason');
  process.exitCode = 1;
}
