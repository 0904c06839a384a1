/** CertificateNearEnd has something to look at: the real collector, configured as shipped, shows how long a served certificate still lives. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findServer } from '../../tools/find-server.ts';
import { outcomeOf } from '../docker/outcome.ts';
import { root, textOf } from './alert-files.ts';
import { startProgram, until } from './real-servers.ts';

const skipped = findServer('otelcol') === null && process.env['CI'] !== 'true';

/** The shipped file on loopback: what is shown is on `port`, what is asked for is `certificateUrl` and, for all else, nobody. */
function placed(port: number, certificateUrl: string): string {
  const places: readonly (readonly [RegExp, string])[] = [
    [/COLLECTOR_PROMETHEUS_ENDPOINT/, `127.0.0.1:${port}`], [/CHECK_CERTIFICATE_URL/, certificateUrl], [/COLLECTOR_INTERNAL_HOST/, '127.0.0.1'], [/COLLECTOR_INTERNAL_PORT/, '0'], [/COLLECTOR_\w+_ENDPOINT/, '127.0.0.1:0'], [/\w+_URL/, 'http://127.0.0.1:1/'],
  ]; // prettier-ignore
  return textOf('otel-collector/config.yaml').replace(/[$][{]env:(\w+)[^}]*[}]/g, (whole, name: string) => places.find(([wanted]) => wanted.test(name))?.[1] ?? whole);
}

test.skipIf(skipped)('the collector says how long the certificate at CHECK_CERTIFICATE_URL lives, whoever made it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-certificate-'));
  expect((await outcomeOf('/bin/sh', [join(root, 'setup', 'make-certificate.sh'), folder, 'ocean-body.example', '3'])).code).toBe(0);
  const site = createServer({ key: readFileSync(join(folder, 'privkey.pem')), cert: readFileSync(join(folder, 'fullchain.pem')) }, (_request, response) => response.end('ok'));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const address = site.address();
  const url = `https://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/api/health`;
  const configured = (port: number): readonly string[] => (writeFileSync(join(folder, 'config.yaml'), placed(port, url)), ['--config', join(folder, 'config.yaml')]);
  const collector = await startProgram('otelcol', folder, configured, '/metrics');
  try {
    let seconds: string | undefined;
    await until(async () => {
      const page = await (await fetch(`${collector.url}/metrics`)).text();
      seconds = page.split('\n').find((line) => line.startsWith('httpcheck_tls_cert_remaining_seconds{') && line.includes(`http_url="${url}"`))?.split('} ')[1]?.split(' ')[0];
      return seconds !== undefined;
    }, 'the seconds that are left');
    expect(Number(seconds) / 86_400).toBeGreaterThan(2.9);
    expect(Number(seconds) / 86_400).toBeLessThanOrEqual(3);
  } finally {
    await collector.stop();
    await new Promise((resolve) => (site.closeAllConnections(), site.close(resolve)));
    rmSync(folder, { recursive: true, force: true });
  }
}, 150_000);
