/** What nobody can measure from inside a machine and the configuration therefore states, each with its reference. */

export type Facts = {
  readonly host: string;
  readonly pue: { readonly ratio: number; readonly datacenter: string; readonly source: 'configured' | 'default'; readonly period: string };
  /** Null where the hardware is not configured: then figures are operational only. */
  readonly embodiedGramsPerHour: number | null;
  readonly prices: readonly { readonly site: string; readonly eurosPerKwh: number }[];
  readonly hosting: { readonly provider: string; readonly reference: string; readonly renewable: string } | null;
};

const hoursPerYear = 8766;

/** TE / EL of the SCI (ISO/IEC 21031): kilograms of making the machine, in grams per hour of its life. */
export function embodiedGramsPerHour(kilograms: number, lifetimeYears: number): number {
  return (kilograms * 1000) / (lifetimeYears * hoursPerYear);
}

/** Weighted mean of the Uptime Institute's survey of 2025; holds until somebody asks the host for theirs. */
export const defaultPue: Facts['pue'] = { ratio: 1.54, datacenter: 'unknown', source: 'default', period: '2025' };
