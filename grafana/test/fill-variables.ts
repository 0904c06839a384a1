/** Puts values in the place of Grafana's variables, as Grafana does before it asks. */

/** Values of choices that take several, escaped for Loki as its plug-in for Grafana does (`lokiSpecialRegexEscape`), unless the question names a format. */
export type Chosen = Readonly<Record<string, readonly string[]>>;

export type Values = { readonly chosen?: Chosen; readonly words?: Readonly<Record<string, string>>; readonly site?: string; readonly range?: string; readonly step?: string; readonly interval?: string; readonly rateInterval?: string };

/** `$__auto` is the step of a range query and the range of an instant one. */
export function fillVariables(expr: string, instant: boolean, values: Values = {}): string {
  const { site = '.+', range = '6h', step = '1m', interval = '5m', rateInterval = '4m', chosen = {}, words = {} } = values;
  const known: Readonly<Record<string, string>> = { __auto: instant ? range : step, __range: range, __rate_interval: rateInterval, __interval: step, interval, site, job: '.+', instance: '.+', method: '.+', status: '.+', country: '', agent_class: '.+', path: '', search: '', visitor: '', ...words };
  return expr.replace(/\$(?:\{(\w+)(?::(\w+))?\}|(\w+))/g, (whole, braced: string | undefined, format: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare ?? '';
    const several = chosen[name]?.map((value) => (format === 'pipe' ? value : value.replaceAll('\\', String.raw`\\\\`).replaceAll(/[$^*{}[\]+?.()|]/g, String.raw`\\$&`)));
    return several?.join('|') ?? known[name] ?? whole;
  });
}
