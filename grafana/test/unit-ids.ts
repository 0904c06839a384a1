/** Unit ids that Grafana knows and these dashboards use (packages/grafana-data/src/valueFormats/categories.ts). */

export const unitIds: ReadonlySet<string> = new Set([
  'none', 'short', 'string', 'percent', 'percentunit', 'bool', 'locale',
  'bytes', 'decbytes', 'Bps', 'binBps', 'bps', 'pps', 'bits',
  's', 'ms', 'ns', 'dateTimeAsIso', 'dateTimeFromNow', 'hertz', 'dtdurations',
  'reqps', 'ops', 'cps', 'iops', 'opm', 'wps', 'rps',
  'watt', 'joule', 'watth', 'kwatth', 'volt', 'amp', 'celsius', 'rotrpm',
  'suffix: g/kWh',
  'massg', 'masskg', 'massmg', 'currencyEUR', 'mps',
]);
