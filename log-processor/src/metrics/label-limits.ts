/** Keeps visitors from making series: a label value outside its rule becomes `other`. */
import { labelRules, metricNames } from '../metric-names.ts';
import type { MetricName } from '../metric-names.ts';

/** Over this many characters a value is no name of anything. */
const maxCharacters = 256;
/** Controls, invisible format characters (bidi among them), line separators, lone surrogates. */
const unfit = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

export type LabelLimits = {
  /** The values under which a series may exist: the same array where all fit. */
  fold(name: MetricName, labels: readonly string[]): readonly string[];
  /** Takes the places of a series that exists already. */
  occupy(name: MetricName, labels: readonly string[]): void;
};

/** Rules per label come from `metric-names`; a capped label has its places per metric and site, first come, first kept. */
export function createLabelLimits(): LabelLimits {
  const places = new Map<string, Set<string>>();
  const taken = (name: MetricName, labels: readonly string[], index: number): Set<string> => {
    const site = labels[rowLabels(name).indexOf('site')] ?? '';
    const key = JSON.stringify([name, index, site]);
    const known = places.get(key);
    if (known !== undefined) return known;
    const fresh = new Set<string>();
    places.set(key, fresh);
    return fresh;
  };

  const fits = (name: MetricName, labels: readonly string[], index: number): boolean => {
    const value = labels[index] ?? '';
    if (value.length > maxCharacters || unfit.test(value)) return false;
    const rule = labelRules[rowLabels(name)[index] ?? ''];
    if (rule === undefined || value === 'other') return true;
    if ('values' in rule) return rule.values.includes(value);
    const values = taken(name, labels, index);
    return values.has(value) || values.size < rule.atMost;
  };

  const limits: LabelLimits = {
    fold(name, labels) {
      if (labels.every((_, index) => fits(name, labels, index))) return labels;
      return labels.map((value, index) => (fits(name, labels, index) ? value : 'other'));
    },
    occupy(name, labels) {
      for (const [index, value] of labels.entries()) {
        const rule = labelRules[rowLabels(name)[index] ?? ''];
        if (rule !== undefined && 'atMost' in rule && value !== 'other') taken(name, labels, index).add(value);
      }
    },
  };
  return limits;
}

/** The row's label names without their literal types. */
function rowLabels(name: MetricName): readonly string[] {
  return metricNames[name].labels;
}
