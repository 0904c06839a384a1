/** `npm run sbom [-- FOLDER]`: what is in the two images of our own, as CycloneDX, from the lock files and nothing else; the same files give the same bytes. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { npmBill, pythonBill, shippedPackages } from './images/bill-of-materials.ts';
import { outputOf } from './run-command.ts';

const checkout = resolve(import.meta.dirname, '..');
const folder = resolve(process.argv[2] ?? join(checkout, '.tidewatch', 'sbom'));

process.chdir(checkout);
const said = await outputOf('npm', ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application']);
if (said === null) {
  console.error('sbom: npm sbom failed; it needs npm 10 or newer and the package-lock.json of this checkout');
  process.exitCode = 1;
} else {
  mkdirSync(folder, { recursive: true });
  const bills = { 'tidewatch.cdx.json': npmBill(said, shippedPackages(readFileSync(join(checkout, 'package-lock.json'), 'utf8'))), 'ocean-body.cdx.json': pythonBill(readFileSync(join(checkout, 'platform', 'requirements.txt'), 'utf8')) };
  for (const [name, bill] of Object.entries(bills)) {
    writeFileSync(join(folder, name), `${JSON.stringify(bill, null, 2)}\n`);
    console.log(`sbom: ${join(folder, name)}, ${bill.components.length} components`);
  }
}
