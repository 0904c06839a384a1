import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { forgetKeys, hmacOfRoom, messageRoom } from './hmac.ts';

test('it is the HMAC of node:crypto, for keys and messages of any length, in any order', () => {
  const keys = Array.from({ length: 12 }, (_, index) => randomBytes([32, 1, 64, 20][index % 4] ?? 0));
  const objects = keys.map((bytes) => createSecretKey(bytes));
  fc.assert(
    fc.property(fc.nat(11), fc.uint8Array({ maxLength: 300 }), fc.boolean(), (which, message, forgetting) => {
      if (forgetting) forgetKeys();
      messageRoom(message.length).set(message);
      const [key, object] = [keys[which], objects[which]];
      if (key === undefined || object === undefined) throw new Error('there are twelve keys');
      expect(hmacOfRoom(object, message.length)).toBe(createHmac('sha256', key).update(message).digest('hex'));
    }),
    { numRuns: 2000 },
  );
});

test('a message of a megabyte has room', () => {
  const [key, message] = [randomBytes(32), randomBytes(1_000_000)];
  messageRoom(message.length).set(message);
  expect(hmacOfRoom(createSecretKey(key), message.length)).toBe(createHmac('sha256', key).update(message).digest('hex'));
});

test('the last message does not outlive the keys', () => {
  const key = createSecretKey(randomBytes(32));
  const room = messageRoom(9);
  room.write('192.0.2.1');
  hmacOfRoom(key, 9);
  forgetKeys();
  expect(room.includes('192.0.2.1')).toBe(false);
});

test('a key longer than a block is refused', () => {
  expect(() => hmacOfRoom(createSecretKey(randomBytes(65)), 1)).toThrow(RangeError);
});
