import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeTree } from '../../test/made-tree.ts';
import type { MadeTree } from '../../test/made-tree.ts';
import { SensorAbsent, SensorFailed } from '../reading.ts';
import { createIpmi, wattsOf } from './ipmi.ts';

const answer = (watts: string, state = 'activated') => `
    Instantaneous power reading:                   ${watts} Watts
    Minimum during sampling period:                 12 Watts
    Maximum during sampling period:                300 Watts
    Average power reading over sample period:      160 Watts
    Power reading state is:                   ${state}
`;

describe('what ipmitool prints', () => {
  test('the instantaneous reading counts', () => expect(wattsOf(answer('154'))).toBe(154));
  test.each([
    ['nothing', '', 'does this board know DCMI'],
    ['0 W', answer('0'), 'no power meter'],
    ['a reading that is switched off', answer('154', 'deactivated'), 'switched off'],
    ['garbage', 'Get Device ID command failed', 'without a power reading'],
    ['a negative number', answer('-5'), 'without a power reading'],
  ])('%s is a fault', (_what, text, words) => {
    expect(() => wattsOf(text)).toThrow(SensorFailed);
    expect(() => wattsOf(text)).toThrow(words);
  });
});

describe('the program', () => {
  let tree: MadeTree;
  beforeEach(() => (tree = makeTree()));
  afterEach(() => tree.destroy());
  const sensorWith = (script: string, timeoutMs = 5000) => {
    tree.write({ ipmitool: `#!/bin/sh\n${script}` });
    chmodSync(join(tree.root, 'ipmitool'), 0o755);
    return createIpmi({ name: 'board', command: join(tree.root, 'ipmitool'), everyMs: 15_000, timeoutMs });
  };

  test('is asked for the DCMI reading', async () => {
    const sensor = sensorWith(`[ "$*" = "dcmi power reading" ] && cat <<'END'\n${answer('231')}\nEND`);
    expect(await sensor.read()).toEqual([{ hwId: 'board', zone: 'machine', watts: 231, joules: null }]);
  });

  test('that fails is a fault with advice', async () => {
    await expect(sensorWith('echo no device >&2; exit 1').read()).rejects.toThrow('it needs /dev/ipmi0 and root');
  });

  test('that hangs is ended', async () => {
    await expect(sensorWith('exec sleep 60', 300).read()).rejects.toThrow('took longer than 300 ms');
  });

  test('that is not installed makes the sensor absent', async () => {
    await expect(createIpmi({ name: 'board', command: '/nowhere/ipmitool', everyMs: 15_000, timeoutMs: 1000 }).read()).rejects.toThrow(SensorAbsent);
  });
});
