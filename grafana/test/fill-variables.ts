/** Puts values in the place of Grafana's variables, as Grafana does before it asks. */

export type Values = { readonly site?: string; readonly range?: string; readonly step?: string; readonly interval?: string; readonly rateInterval?: string };

/** `$__auto` is the step of a range query and the range of an instant one. */
export function fillVariables(expr: string, instant: boolean, values: Values = {}): string {
  const { site = '.+', range = '6h', step = '1m', interval = '5m', rateInterval = '4m' } = values;
  const known: Readonly<Record<string, string>> = { __auto: instant ? range : step, __range: range, __rate_interval: rateInterval, __interval: step, interval, site, job: '.+', instance: '.+', method: '.+', status: '.+', country: '.+', agent_class: '.+', path: '', search: '', visitor: '' };
  return expr.replace(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (whole, braced: string | undefined, bare: string | undefined) => known[braced ?? bare ?? ''] ?? whole);
}
