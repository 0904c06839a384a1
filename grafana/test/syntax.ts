/** Reads questions with the parsers of Prometheus and Loki: what is wrong with them, and which names they use. */
import { parser as logqlParser } from '@grafana/lezer-logql';
import { parser as promqlParser } from '@prometheus-io/lezer-promql';
import type { SyntaxNode, Tree } from '@lezer/common';

type Language = 'prometheus' | 'loki';

const parse = (language: Language, expr: string): Tree => (language === 'loki' ? logqlParser : promqlParser).parse(expr);

/** The text at the first place that is no PromQL or LogQL, or null. */
export function mistake(language: Language, expr: string): string | null {
  let found: string | null = expr.trim() === '' ? 'nothing is asked' : null;
  parse(language, expr).iterate({
    enter: (node) => {
      if (node.type.isError) found ??= expr.slice(Math.max(0, node.from - 20), node.to + 20);
    },
  });
  return found;
}

/** Every node of a kind, as text. */
export function texts(language: Language, expr: string, ...kinds: readonly string[]): readonly string[] {
  const found: string[] = [];
  parse(language, expr).iterate({
    enter: (node) => {
      if (kinds.includes(node.name)) found.push(expr.slice(node.from, node.to));
    },
  });
  return found;
}

export type Selector = { readonly metric: string; readonly labels: readonly string[]; readonly range: string | null; readonly call: string | null; readonly text: string };

/** Every metric of a PromQL question, with what is asked of its labels, its range, and the function around it. */
export function selectors(expr: string): readonly Selector[] {
  const found: Selector[] = [];
  parse('prometheus', expr).iterate({
    enter: (reference) => {
      if (reference.name !== 'VectorSelector') return;
      const node = reference.node;
      const at = (child: SyntaxNode | null): string => (child === null ? '' : expr.slice(child.from, child.to));
      const matrix = node.parent?.name === 'MatrixSelector' ? node.parent : null;
      const labels = texts('prometheus', at(node), 'UnquotedLabelMatcher').map((matcher) => /^\w+/.exec(matcher)?.[0] ?? '');
      const range = matrix === null ? null : at(matrix).slice(at(node).length + 1, -1);
      found.push({ metric: at(node.getChild('Identifier')), labels, range, call: callAround(matrix ?? node, expr), text: at(node) });
    },
  });
  return found;
}

function callAround(node: SyntaxNode, expr: string): string | null {
  const call = node.parent?.name === 'FunctionCallBody' ? node.parent.parent : null;
  const name = call?.getChild('FunctionIdentifier');
  return name === null || name === undefined ? null : expr.slice(name.from, name.to);
}

/** Labels named in `by`, `without`, `on`, `group_left` and their like. */
export const groupings = (expr: string): readonly string[] => texts('prometheus', expr, 'GroupingLabels').flatMap((group) => texts('prometheus', `sum by ${group} (x)`, 'LabelName'));
