/** Bills of materials in CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/): npm's own without what changes at every run, and one of the Python packages by the same form. */
import { z } from 'zod';

const hash = z.looseObject({ alg: z.string(), content: z.string() });
const component = z.looseObject({ 'bom-ref': z.string(), type: z.string(), name: z.string(), version: z.string(), purl: z.string(), hashes: z.array(hash).optional() });
const billSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string(), 'name': z.string(), 'version': z.string() }) }),
  components: z.array(component),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});

const lockSchema = z.looseObject({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional(), dev: z.boolean().optional(), devOptional: z.boolean().optional() })) });

export type Bill = z.infer<typeof billSchema>;

/**
 * What `npm sbom` said of all packages, without serial number and time, and without packages that only development needs. (Its own `--omit=dev` also
 * leaves out what is shipped and used in development, too: npm 11.)
 * @param shipped `name@version` of every package that is shipped
 * @throws ZodError or SyntaxError where it is no CycloneDX
 */
export function npmBill(said: string, shipped: ReadonlySet<string>): Bill {
  const parsed: unknown = JSON.parse(said);
  const { bomFormat, specVersion, metadata, components, dependencies } = billSchema.parse(parsed);
  const kept = components.filter(({ name, version }) => shipped.has(`${name}@${version}`));
  const refs = new Set([...kept, metadata.component].map((one) => one['bom-ref']));
  const edges = dependencies.filter(({ ref }) => refs.has(ref)).map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }));
  return { bomFormat, specVersion, version: 1, metadata: { component: metadata.component }, components: kept, dependencies: edges };
}

/** `name@version` of every package of a package-lock.json that is no development dependency. @throws ZodError or SyntaxError */
export function shippedPackages(lock: string): Set<string> {
  const parsed: unknown = JSON.parse(lock);
  const { packages } = lockSchema.parse(parsed);
  const shipped = Object.entries(packages).filter(([path, one]) => path !== '' && one.dev !== true && one.devOptional !== true);
  return new Set(shipped.map(([path, one]) => `${path.replace(/^.*node_modules\//, '')}@${one.version ?? ''}`));
}

/** Of a requirements file with versions and hashes, as `pip-compile --generate-hashes` writes it. @throws Error where a requirement has no version or no hash */
export function pythonBill(requirements: string): Bill {
  const lines = requirements.replaceAll(/\\\n/g, ' ').split('\n').map((line) => line.replace(/\s+#.*$/, '').trim());
  const components = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
    const [, name, version] = /^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)/.exec(line) ?? [];
    const hashes = [...line.matchAll(/--hash=sha256:([0-9a-f]{64})/g)].map(([, content = '']) => ({ alg: 'SHA-256', content }));
    if (name === undefined || version === undefined || hashes.length === 0) throw new Error(`a requirement without version or hash: ${line.slice(0, 60)}`);
    const normal = name.toLowerCase().replaceAll(/[._-]+/g, '-');
    return { 'type': 'library', 'bom-ref': `${normal}@${version}`, 'name': normal, version, 'purl': `pkg:pypi/${normal}@${version}`, hashes };
  });
  return { bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, metadata: { component: { 'bom-ref': 'ocean-body@1.0.0', 'type': 'application', 'name': 'ocean-body', 'version': '1.0.0' } }, components, dependencies: [] };
}
