import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig, readConfig } from './config.ts';
import { ConfigRefused } from './config-refused.ts';

const minimal = 'inputs: [{ name: main, path: /var/log/nginx/access.json.log }]\n';

function mistakesOf(text: string, environment: NodeJS.ProcessEnv = {}): readonly string[] {
  try {
    parseConfig(text, 'x.yaml', environment);
  } catch (error) {
    if (error instanceof ConfigRefused) return error.mistakes;
    throw error;
  }
  return [];
}

describe('a configuration', () => {
  test('needs nothing but one input', () => {
    const config = parseConfig(minimal, 'x.yaml');
    expect(config.inputs).toEqual([{ name: 'main', path: '/var/log/nginx/access.json.log', format: 'json', start_at: 'end', delete_rotated: false }]);
    expect(config).toMatchObject({ anonymity_threshold: 5, output: 'files', listen_port: 9464 });
  });

  test('says every mistake at once, each with its key and what was expected', () => {
    const mistakes = mistakesOf(
      'inputs: [{ name: Main, path: "", format: xml }]\nlisten_port: 99999\nlog_levle: info\nsites: [{ name: a, zone: Mars/Olympus }]\nanonymity_threshold: 1\n',
    );
    for (const key of ['inputs.0.name', 'inputs.0.path', 'inputs.0.format', 'listen_port', 'log_levle', 'sites.0.zone', 'anonymity_threshold']) {
      expect(mistakes.join('\n')).toContain(key);
    }
    expect(mistakes.every((line) => /expected/.test(line))).toBe(true);
  });

  test('refuses names given twice, half of a password, unknown sites and two catch-all sites, together', () => {
    const mistakes = mistakesOf(
      'inputs: [{ name: a, path: /x, site: nowhere }, { name: a, path: /x }]\nsites: [{ name: s }, { name: s }]\nloki_username: u\n',
    ).join('\n');
    for (const said of ['name a is given twice', '/x is read twice, by a and a; expected once', 'name s is given twice', 'no site is called nowhere', 'expected both or neither', 'more than one site']) {
      expect(mistakes).toContain(said);
    }
  });

  test('that has mistakes within and between its keys says both kinds at once', () => {
    const mistakes = mistakesOf('listen_port: 99999\ntrusted_proxies: [300.1.2.3, 10.0.0.0/99, 10.0.0.0/8, "unix:"]\ninputs: [{ name: a, path: /x }, { name: a, path: /y }]\nsites: [{ name: s }, { name: s }]\n');
    expect(mistakes).toHaveLength(6);
    expect(mistakes.join('\n')).toMatch(/trusted_proxies\.0: expected an address.*\n.*trusted_proxies\.1/);
    expect(mistakes.join('\n')).toContain('listen_port: expected 65535 or less');
  });

  test('keeps keys apart from the state, and needs a site where lines carry no server name', () => {
    expect(mistakesOf('state_folder: x\nkey_folder: x\ninputs: [{ name: a, path: /x, format: combined }]\nsites: [{ name: s, server_names: [A.example] }, { name: t, server_names: [a.example] }]\n')).toHaveLength(3);
  });

  test.each([
    ['loki_url: localhost:3100', 'loki_url: expected an address such as http://127.0.0.1:3100'],
    ['loki_url: ftp://loki', 'loki_url: expected an address such as http://127.0.0.1:3100'],
    ['loki_url: 5', 'loki_url: expected an address such as http://127.0.0.1:3100'],
    ['listen_port: "80"', 'listen_port: it is text; expected a whole number'],
    ['listen_port: 80.5', 'listen_port: it is no whole number; expected a whole number'],
    ['listen_port:', 'listen_port: it has no value; expected a whole number'],
    ['listen_port: -1', 'listen_port: expected 0 or more'],
    ['log_level: verbose', 'log_level: expected error, warn, info or debug'],
    ['output: stdout', 'output: expected loki or files'],
    ['host: 4', 'host: it is a number; expected text (in quotes)'],
    ['host: Web 1', 'host: expected lower-case letters, digits, dot, dash and underscore, at most 63 of them'],
    ['state_folder: ""', 'state_folder: expected some text'],
    ['trusted_proxies: 10.0.0.1', 'trusted_proxies: it is text; expected a list ([a, b], or one entry a line after a dash)'],
    ['trusted_proxies: [loopback]', 'trusted_proxies.0: expected an address, a network such as 192.0.2.0/24, or unix:'],
    ['max_line_bytes: .inf', 'max_line_bytes: it is no such thing; expected a whole number'],
    ['sites: {}', 'sites: it is settings (name: value); expected a list ([a, b], or one entry a line after a dash)'],
    ['sites: [s]', 'sites.0: it is text; expected settings (name: value)'],
    ['sites: [{}]', 'sites.0.name: it is missing; expected text'],
    ['sites: [{ name: s, zone: Mars }]', 'sites.0.zone: expected a zone of the IANA database such as Europe/Paris'],
    ['sites: [{ name: s, assets_elsewhere: maybe }]', 'sites.0.assets_elsewhere: it is text; expected true or false'],
    ['sites: [{ name: s, paths: [{ match: x, template: /y }] }]', 'sites.0.paths.0.match: expected a path that starts with /'],
    ['sites: [{ name: other }]', 'sites.0.name: expected another name: `other` stands for what belongs to none that is configured'],
    ['colour: red', 'the whole file: unknown setting colour; expected one of docs/configuration.md'],
  ])('with %j says: %s', (text, said) => {
    expect(mistakesOf(`${minimal}${text}\n`)).toEqual([said]);
  });

  test('without inputs, or with none, says so', () => {
    expect(mistakesOf('')).toEqual(['inputs: expected at least one input, or one of senders']);
    expect(mistakesOf('inputs: []')).toEqual(['inputs: expected at least one input, or one of senders']);
    expect(mistakesOf('inputs: [{ name: other, path: /x }]').join()).toContain('inputs.0.name: expected another name');
    expect(mistakesOf('5')).toEqual(['the whole file: it is a number; expected settings (name: value)']);
  });

  test('that is no YAML is refused with the place', () => {
    expect(mistakesOf('inputs: [').join()).toMatch(/not YAML: .*line 1/);
    expect(mistakesOf('- a\n- b').join()).toContain('the whole file');
    expect(mistakesOf(`${minimal}host: a\nhost: b\n`).join()).toContain('not YAML');
  });

  test('takes overrides from the environment and refuses unknown ones', () => {
    const config = parseConfig(minimal, 'x.yaml', { TIDEWATCH_LISTEN_PORT: '0', TIDEWATCH_OUTPUT: 'loki', TIDEWATCH_TRUSTED_PROXIES: '192.0.2.1, unix:' });
    expect(config).toMatchObject({ listen_port: 0, output: 'loki', trusted_proxies: ['192.0.2.1', 'unix:'] });
    expect(parseConfig(minimal, 'x.yaml', { TIDEWATCH_LOKI_TENANT: '42', TIDEWATCH_HOST: '1234' })).toMatchObject({ loki_tenant: '42', host: '1234' });
    expect(mistakesOf(minimal, { TIDEWATCH_LOKI_ULR: 'x', TIDEWATCH_INPUTS: 'y' })).toHaveLength(2);
    expect(mistakesOf(minimal, { TIDEWATCH_LISTEN_PORT: 'many' }).join()).toContain('listen_port');
  });

  test('that cannot be read is one clear mistake', () => {
    expect(() => readConfig('/nonexistent/tidewatch.yaml', {})).toThrow(/nonexistent.*\n.*cannot be read \(ENOENT\)/);
    const path = join(mkdtempSync(join(tmpdir(), 'tidewatch-config-')), 't.yaml');
    writeFileSync(path, minimal);
    expect(readConfig(path, {}).inputs).toHaveLength(1);
  });
});
