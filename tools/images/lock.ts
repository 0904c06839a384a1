/** The lock of image digests: a Compose file that is laid over compose.yaml, so that Docker itself refuses an image that was changed under its name. */
import { parse, stringify } from 'yaml';

export type Images = {
  /** Official image of a service, by service. */
  readonly services: Readonly<Record<string, string>>;
  /** Base image of a Dockerfile, by the name of its build argument. */
  readonly bases: Readonly<Record<string, string>>;
};

/** Images that are built here have their base locked in place of themselves. */
const builtHere = /^tidewatch\//;
/** Which service builds from which base. */
const builders: Readonly<Record<string, readonly string[]>> = { NODE_IMAGE: ['setup', 'processor', 'energy', 'demo'], PYTHON_IMAGE: ['platform'] };
const locked = /^(?<name>\S+)@sha256:[0-9a-f]{64}$/;

/** @throws Error where the text is no Compose file */
export function serviceImages(compose: string): Record<string, string> {
  return Object.fromEntries(Object.entries(entriesOf(parse(compose, { merge: true }), 'services')).flatMap(([name, service]) => {
    const image = entriesOf(service)['image'];
    return typeof image === 'string' && !builtHere.test(image) ? [[name, image]] : [];
  }));
}

/** @param dockerfiles text by the name of the build argument whose default is the base image. @throws Error where it has none */
export function baseImages(dockerfiles: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(dockerfiles).map(([argument, text]) => {
    const base = new RegExp(`^ARG ${argument}=(\\S+)$`, 'm').exec(text)?.[1];
    if (base === undefined) throw new Error(`no \`ARG ${argument}=\` in its Dockerfile`);
    return [argument, base];
  }));
}

/** The whole file. An image without a known digest keeps its version, and is named in a comment. */
export function lockText({ services, bases }: Images, digests: ReadonlyMap<string, string | null>): string {
  const named = (image: string): string => (digests.get(image) == null ? image : `${image}@${digests.get(image) ?? ''}`);
  const unknown = [...new Set([...Object.values(services), ...Object.values(bases)])].filter((image) => digests.get(image) == null);
  const locks: Record<string, unknown> = Object.fromEntries(Object.entries(services).map(([name, image]) => [name, { image: named(image) }]));
  for (const [argument, base] of Object.entries(bases)) for (const name of builders[argument] ?? []) locks[name] = { build: { args: { [argument]: named(base) } } };
  const head = [
    '# Written by `npm run images`; edits are lost. Laid over compose.yaml it pins every image to its digest:',
    '# COMPOSE_FILE=compose.yaml:compose.lock.yaml in .env. docs/installation.md says how it is filled.',
    ...(unknown.length === 0 ? [] : ['# Without a digest until `npm run images` has run where Docker can pull:', ...unknown.map((image) => `#   ${image}`)]),
  ];
  return `${head.join('\n')}\n${stringify({ services: locks }, { lineWidth: 0 })}`;
}

/** What does not fit the images that are named now, and what has no digest yet. */
export function lockMistakes(lock: string, { services, bases }: Images): { mistakes: string[]; gaps: string[] } {
  const locks = entriesOf(parse(lock), 'services');
  const wanted = [
    ...Object.entries(services).map(([name, image]) => ({ name, image, found: entriesOf(locks[name])['image'] })),
    ...Object.entries(bases).flatMap(([argument, image]) => (builders[argument] ?? []).map((name) => ({ name, image, found: entriesOf(entriesOf(entriesOf(locks[name])['build'])['args'])[argument] }))),
  ];
  const wordsOf = (found: unknown): string => (typeof found === 'string' ? found : 'nothing');
  const nameOf = (found: unknown): string => locked.exec(wordsOf(found))?.groups?.['name'] ?? wordsOf(found);
  const mistakes = wanted.filter(({ image, found }) => nameOf(found) !== image).map(({ name, image, found }) => `${name}: the lock has ${wordsOf(found)}, compose.yaml and the Dockerfiles say ${image}`);
  const needless = Object.keys(locks).filter((name) => !wanted.some((one) => one.name === name)).map((name) => `${name}: it is in the lock, and no service of compose.yaml`);
  const gaps = [...new Set(wanted.filter(({ found }) => found !== undefined && !locked.test(wordsOf(found))).map(({ image }) => `${image} has no digest yet`))];
  return { mistakes: [...mistakes, ...needless], gaps };
}

function entriesOf(value: unknown, key?: string): Record<string, unknown> {
  const entries = typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
  return key === undefined ? entries : entriesOf(entries[key]);
}
