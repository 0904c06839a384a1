import { describe, expect, test } from 'vitest';
import { BadUsage } from './bad-usage.ts';
import { readCommand } from './command-line.ts';

describe('a command line', () => {
  test('names a command and its configuration', () => {
    expect(readCommand(['run'])).toEqual({ name: 'run', config: 'tidewatch.yaml' });
    expect(readCommand(['check', '--config', 'a.yaml'])).toEqual({ name: 'check', config: 'a.yaml' });
    expect(readCommand(['start', 'a.log', 'b.gz', '--format', 'combined', '--port', '0'])).toEqual({
      name: 'start',
      files: ['a.log', 'b.gz'],
      format: 'combined',
      listenPort: 0,
      log: false,
    });
    expect(readCommand(['rekey', '--yes'])).toEqual({ name: 'rekey', config: 'tidewatch.yaml', isMeant: true });
    expect(readCommand(['verify', '--json'])).toEqual({ name: 'verify', config: 'tidewatch.yaml', days: 7, metricsUrl: null, json: true });
    expect(readCommand(['backfill', 'a.log', '--until', '2026-02-28'])).toMatchObject({ name: 'backfill', files: ['a.log'], from: null, until: '2026-02-28', origin: 'backfill', toLoki: true, isDryRun: false });
    expect(readCommand(['--help'])).toEqual({ name: 'help' });
    expect(readCommand(['run', '-v'])).toEqual({ name: 'version' });
  });

  test.each([
    [[], 'no command given'],
    [['fly'], 'unknown command "fly"'],
    [['run', 'access.log'], 'run takes no file'],
    [['check', 'tidewatch.yaml'], 'is named by --config FILE'],
    [['run', '--yes'], '--yes belongs to rekey'],
    [['start', '--yes'], '--yes belongs to rekey'],
    [['run', '--colour'], '--colour'],
    [['start', '--format', 'xml'], 'expected json, combined or common'],
    [['start', '--port', '70000'], 'expected a number from 0 to 65535'],
    [['start', '--config', 'x'], 'start needs no configuration'],
    [['run', '--port', '1'], 'belong to start'],
    [['check', '--log'], 'belong to start'],
    [['backfill'], 'backfill'],
    [['backfill', '-'], 'expected files, not standard input'],
    [['backfill', 'a.log', '--from', '2026-02-30'], 'expected a day such as'],
    [['backfill', 'a.log', '--from', '2026-02-02', '--until', '2026-02-01'], 'no day would be left'],
    [['backfill', 'a.log', '--only-openmetrics'], 'needs --openmetrics FILE'],
    [['backfill', 'a.log', '--origin', 'Ölpest'], 'expected small letters, digits and hyphens'],
    [['verify', '--days', '0'], 'expected a number from 1 to 800'],
    [['verify', '--metrics-url', 'ftp://192.0.2.1/'], 'expected an address such as'],
    [['verify', 'a.log'], 'a.log'],
    [['\u001b[31m'], 'unknown command'],
  ])('that is wrong gets one clear line: %j', (words, expected) => {
    const refused = () => readCommand(words);
    expect(refused).toThrow(BadUsage);
    expect(refused).toThrow(expected);
    try {
      refused();
    } catch (error) {
      expect(String(error)).not.toMatch(/[\n\u001b]/);
    }
  });
});
