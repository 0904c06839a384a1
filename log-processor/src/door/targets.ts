/** Decides what becomes of a pushed stream: which of our streams it is, whose site it is, and which of its labels pass. */
import type { TextStream } from '../output.ts';

export type Rule = {
  readonly match: Readonly<Record<string, string>>;
  readonly stream: TextStream['kind'] | 'access' | undefined;
  readonly site: string | undefined;
  readonly serviceName: string | undefined;
};

export type TargetOptions = {
  /** Name of the sender: the label `input`. */
  readonly input: string;
  /** Labels that pass. */
  readonly labels: readonly string[];
  readonly rules: readonly Rule[];
  readonly sites: readonly string[];
  /** The site that takes all lines nobody claims. */
  readonly restSite: string;
  /** Takes personal data out of the value of a label. */
  scrub(text: string): string;
  /** The sender has more label sets than are kept apart. */
  overflow(): void;
};

/** `rule` is its place in the list; null where none matched. */
export type Target = { readonly kind: 'access'; readonly rule: number | null; readonly site: string | null } | { readonly kind: 'text'; readonly stream: TextStream };

/** Label sets of one sender that are kept apart: each is a stream in Loki, with memory of its own here. */
const mostStreams = 100;
const longestValue = 128;
const textKind = (said: string | undefined): TextStream['kind'] => (said === 'error' || said === 'stack' ? said : 'app');

export class Targets {
  readonly #options: TargetOptions;
  readonly #streams = new Map<string, TextStream>();

  constructor(options: TargetOptions) {
    this.#options = options;
  }

  of(labels: ReadonlyMap<string, string>): Target {
    const { rules } = this.#options;
    const index = rules.findIndex(({ match }) => Object.entries(match).every(([name, value]) => labels.get(name) === value));
    const rule = rules[index];
    const kind = rule?.stream ?? labels.get('stream');
    if (kind === 'access') return { kind, rule: rule === undefined ? null : index, site: rule?.site ?? null };
    return { kind: 'text', stream: this.#stream(textKind(kind), rule, labels) };
  }

  #stream(kind: TextStream['kind'], rule: Rule | undefined, labels: ReadonlyMap<string, string>): TextStream {
    const site = rule?.site ?? this.#siteIn(labels);
    const serviceName = rule?.serviceName ?? this.#clean(labels.get('service_name') || labels.get('job') || 'unknown');
    const passing = this.#options.labels.flatMap((name): [string, string][] => {
      const value = labels.get(name);
      return value === undefined || value === '' ? [] : [[name, this.#clean(value)]];
    });
    return this.#known({ kind, site, input: this.#options.input, serviceName, labels: passing });
  }

  #siteIn(labels: ReadonlyMap<string, string>): string {
    const said = labels.get('site');
    return said !== undefined && this.#options.sites.includes(said) ? said : this.#options.restSite;
  }

  #clean(value: string): string {
    return this.#options.scrub(value).slice(0, longestValue);
  }

  /** One object per label set, so that others can remember things of it. */
  #known(stream: TextStream): TextStream {
    const key = JSON.stringify([stream.kind, stream.site, stream.serviceName, stream.labels]);
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    if (this.#streams.size >= mostStreams && (stream.labels.length > 0 || stream.serviceName !== 'other')) {
      this.#options.overflow();
      return this.#known({ ...stream, serviceName: 'other', labels: [] });
    }
    this.#streams.set(key, stream);
    return stream;
  }
}
