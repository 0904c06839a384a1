/** What a guide tells its reader to type: fenced blocks by their kind, and commands in the middle of a sentence or a table. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const checkout = resolve(import.meta.dirname, '..', '..');

/** Guides whose every command is checked here. */
export const guides = ['installation', 'choices', 'nginx', 'troubleshooting', 'healthcare', 'backfill'] as const;

export type Block = { readonly guide: string; readonly kind: string; readonly text: string };

/** @returns every fenced block; its kind is what stands behind the fence, such as `sh` or `yaml tidewatch` */
export function blocksOf(guide: string): Block[] {
  const text = readFileSync(join(checkout, 'docs', `${guide}.md`), 'utf8');
  return [...text.matchAll(/^( *)```([^\n]*)\n(.*?)^\1```$/gms)].map(([, indent = '', kind = '', block = '']) => ({ guide, kind, text: block.replaceAll(new RegExp(`^${indent}`, 'gm'), '') }));
}

/** Programs that a guide may name in a sentence. */
const spoken = /^(?:docker|promtool |npm run|npx|setup\/|nginx -|chgrp |chmod |ufw a|ls -|ss -|stat |git checkout|curl )/;

/** Every line of the `sh` blocks, and every command that stands between backticks; each once. */
export function commandsOf(guide: string): string[] {
  const text = readFileSync(join(checkout, 'docs', `${guide}.md`), 'utf8');
  const fenced = blocksOf(guide).filter(({ kind }) => kind === 'sh').flatMap((block) => block.text.split('\n'));
  const prose = text.replaceAll(/^( *)```.*?^\1```$/gms, '');
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code).filter((code) => spoken.test(code) && code !== 'npx tidewatch' && !/^(?:npx )?tidewatch \w+$/.test(code));
  return [...new Set([...fenced, ...inline].map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')))];
}
