/** The profile `demo` of compose.yaml: visitors who do not exist walk through the site, so that a first look has something to look at. */
import { setTimeout as sleep } from 'node:timers/promises';
import { agentOf, planVisit } from './plan-visit.ts';

const site = new URL(process.env['SITE_URL'] ?? 'http://nginx:8080');
const perMinute = Number(process.env['VISITS_PER_MINUTE'] ?? '12');
if (!(perMinute > 0 && perMinute <= 600)) {
  process.stderr.write('demo: VISITS_PER_MINUTE is not a number from 1 to 600\n');
  process.exit(2);
}

let hasSaid = false;

/** One visit from its first page to its last; a site that is away ends it. */
async function visit(number: number): Promise<void> {
  const headers = { 'user-agent': agentOf(number), 'x-forwarded-for': `203.0.113.${number % 256}` };
  for (const { path, waitSeconds } of planVisit(number)) {
    await sleep(waitSeconds * 1000);
    const answer = await fetch(new URL(path, site), { headers, signal: AbortSignal.timeout(10_000), redirect: 'manual' }).catch(() => null);
    if (answer === null) return;
    await answer.body?.cancel();
    if (answer.status === 301 && !hasSaid) {
      hasSaid = true;
      process.stderr.write(`demo: ${site.origin} only says where to go, so nobody sees a page: set DEMO_SITE_URL=https://nginx:8443 in .env\n`);
    }
  }
}

process.on('SIGTERM', () => process.exit(0)).on('SIGINT', () => process.exit(0));
for (let number = 0; ; number += 1) {
  void visit(number);
  await sleep(60_000 / perMinute);
}
