/** Numbers, spans of time and places as people read them. */

const whole = new Intl.NumberFormat('en');
const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `12345` as `12,345`. */
export function count(value: number): string {
  return whole.format(value);
}

/** A number of people: 0 as it is, fewer than k as `under k`. */
export function few(value: number, k: number): string {
  return value > 0 && value < k ? `under ${k}` : count(value);
}

/** `part` of `all` in per cent; a dash where there is nothing to divide, and never 0 for something. */
export function percent(part: number, all: number): string {
  if (all === 0) return '–';
  const rounded = Math.round((100 * part) / all);
  return rounded === 0 && part > 0 ? '< 1 %' : `${rounded} %`;
}

/** `95` as `1 min 35 s`. */
export function duration(seconds: number): string {
  const rounded = Math.round(seconds);
  if (rounded < 60) return `${rounded} s`;
  if (rounded < 3600) return `${Math.floor(rounded / 60)} min ${rounded % 60} s`;
  if (rounded < 172_800) return `${Math.floor(rounded / 3600)} h ${Math.floor((rounded % 3600) / 60)} min`;
  return `${Math.floor(rounded / 86_400)} days`;
}

/** Binary multiples, as sizes of files are given. */
export function bytes(value: number): string {
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  const scaled = value / 1024 ** power;
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power] ?? ''}`;
}

/** `FR` as `France`; what is no country of ISO 3166-1 as it is. */
export function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : code;
}
