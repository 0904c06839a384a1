/**
 * Why HMAC is made of two one-shot hashes: it beside `createHmac` of node:crypto on messages of 150 bytes, `node bench/hmac.ts [--messages 300000]`.
 * Both must say the same, which is checked.
 */
import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { hmacOfRoom, messageRoom } from '../log-processor/src/keys/hmac.ts';
import { machine, median, printTable, ratio } from './report.ts';

const { values } = parseArgs({ options: { messages: { type: 'string', default: '300000' } } });
const key = createSecretKey(randomBytes(32));
const messageBytes = 150;
const room = messageRoom(messageBytes);
room.fill(0x41, 0, messageBytes);

const programs: Readonly<Record<string, () => string>> = {
  'two one-shot hashes': () => hmacOfRoom(key, messageBytes),
  createHmac: () => createHmac('sha256', key).update(room.subarray(0, messageBytes)).digest('hex'),
};

const microseconds = new Map(Object.keys(programs).map((name) => [name, [] as number[]]));
for (let round = 0; round < 5; round += 1) {
  const digests = new Set<string>();
  for (const [name, program] of Object.entries(programs)) {
    const { user, system } = process.cpuUsage();
    let last = '';
    for (let index = 0; index < Number(values.messages); index += 1) {
      room.writeUInt32LE(index, 0);
      last = program();
    }
    const used = process.cpuUsage();
    microseconds.get(name)?.push((used.user + used.system - user - system) / Number(values.messages));
    digests.add(last);
  }
  if (digests.size !== 1) throw new Error('they did not say the same');
}
const reference = median(microseconds.get('createHmac') ?? []);
console.log(machine());
printTable(['HMAC', 'CPU us a message', 'of createHmac'], [...microseconds].map(([name, all]) => [name, median(all).toFixed(2), ratio(median(all) / reference)]));
