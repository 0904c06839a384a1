/** The configuration's own path templates: which paths of a site are one page with a varying part. */

/** `match`: `*` is one segment, `**` at the end the rest. `template`: written as it is, with `*` and `**` standing for what they matched, folded. */
export type PathRule = { readonly match: string; readonly template: string };

/** The template for the raw and the folded segments of a path; null where no rule matches. */
export type PathRules = (raw: readonly string[], folded: readonly string[]) => string | null;

type Compiled = { readonly pattern: readonly string[]; readonly hasRest: boolean; readonly template: string };

function split(path: string): string[] {
  return path.replace(/^\//, '').split('/');
}

function compile(rule: PathRule): Compiled {
  const pattern = split(rule.match);
  const hasRest = pattern.at(-1) === '**';
  return { pattern: hasRest ? pattern.slice(0, -1) : pattern, hasRest, template: rule.template };
}

function matches(rule: Compiled, raw: readonly string[]): boolean {
  const { pattern, hasRest } = rule;
  if (hasRest ? raw.length < pattern.length : raw.length !== pattern.length) return false;
  return pattern.every((part, index) => part === raw[index] || (part === '*' && raw[index] !== ''));
}

function fill(rule: Compiled, folded: readonly string[]): string {
  const stars = folded.slice(0, rule.pattern.length).filter((_part, index) => rule.pattern[index] === '*');
  const rest = folded.slice(rule.pattern.length);
  return rule.template.replace(/\*\*|\*/g, (star) => (star === '**' ? rest.join('/') : (stars.shift() ?? '')));
}

/** Compiles the rules of a site; the first that matches wins. */
export function createPathRules(rules: readonly PathRule[]): PathRules {
  const compiled = rules.map(compile);
  return (raw, folded) => {
    const rule = compiled.find((candidate) => matches(candidate, raw));
    return rule === undefined ? null : fill(rule, folded);
  };
}
