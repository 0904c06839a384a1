/** Reads a Compose file as its rules see it: merge keys resolved, every `${NAME:-default}` at its default. */
import { parse } from 'yaml';

/** One service as YAML has it; the rules look at its keys one by one, because nothing here is sure. */
export type Service = Readonly<Record<string, unknown>>;

export type ComposeFile = {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly keys: readonly string[];
};

/** @throws YAMLParseError, or Error when the text is no Compose file */
export function readCompose(text: string): ComposeFile {
  const file = object(parse(withDefaults(text), { merge: true }));
  const services = Object.fromEntries(Object.entries(object(file['services'])).map(([name, service]) => [name, object(service)]));
  const networks = Object.fromEntries(Object.entries(object(file['networks'])).map(([name, network]) => [name, object(network ?? {})]));
  return { services, networks, volumes: object(file['volumes']), keys: Object.keys(file) };
}

/** The innermost first, because a default may be a setting of its own. */
function withDefaults(text: string): string {
  const next = text.replaceAll(/\$\{\w+:-([^{}]*)\}/g, '$1');
  return next === text ? text.replaceAll('$$', '$') : withDefaults(next);
}

/** @throws Error when it is none */
export function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`a mapping was expected, not ${JSON.stringify(value)}`);
  return value as Readonly<Record<string, unknown>>;
}

/** A list of texts, or an empty one where there is none. */
export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** A nested value, or undefined. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((here, key) => (typeof here === 'object' && here !== null ? (here as Record<string, unknown>)[key] : undefined), value);
}

/** Names of networks, in either way of writing them. */
export function networksOf(service: Service): readonly string[] {
  const networks = service['networks'];
  return Array.isArray(networks) ? texts(networks) : Object.keys(object(networks ?? {}));
}

export type Mount = { readonly source: string; readonly target: string; readonly readOnly: boolean };

/** Mounts in the short form, which is the only one the file uses: the rule `form` names another. */
export function mountsOf(service: Service): readonly Mount[] {
  return texts(service['volumes']).map((mount) => {
    const [source = '', target = '', options = ''] = mount.split(':');
    return { source, target, readOnly: options.split(',').includes('ro') };
  });
}
