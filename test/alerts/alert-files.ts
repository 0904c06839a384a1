/** Reads every alert of Prometheus and Loki out of its file, as the tests look at it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const root = join(import.meta.dirname, '..', '..');

const ruleSchema = z.strictObject({
  alert: z.string().optional(),
  record: z.string().optional(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
});
const fileSchema = z.object({ groups: z.array(z.object({ name: z.string(), interval: z.string(), rules: z.array(ruleSchema) })) });

export type Rule = z.infer<typeof ruleSchema> & { readonly file: string; readonly language: 'prometheus' | 'loki'; readonly interval: string };
export type Alert = Rule & { readonly alert: string };

const folders = { prometheus: 'prometheus/rules', loki: 'loki/rules/fake' } as const;

export const namesIn = (folder: string, end: string): readonly string[] => readdirSync(join(root, folder)).filter((name) => name.endsWith(end)).sort();

export const textOf = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8');

export function rulesOf(language: 'prometheus' | 'loki'): readonly Rule[] {
  const folder = folders[language];
  return namesIn(folder, '.yaml').flatMap((file) =>
    fileSchema.parse(parse(textOf(folder, file))).groups.flatMap(({ interval, rules }) => rules.map((rule) => ({ ...rule, file: `${folder}/${file}`, language, interval }))),
  );
}

export const isAlert = (rule: Rule): rule is Alert => rule.alert !== undefined;

export const allRules: readonly Rule[] = [...rulesOf('prometheus'), ...rulesOf('loki')];
export const alerts: readonly Alert[] = allRules.filter(isAlert);

/** Every fenced block of a language in a document. */
export function blocksOf(document: string, language: string): readonly string[] {
  return [...document.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text.trim());
}
