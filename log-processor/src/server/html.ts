/** HTML that cannot be written into from outside: every value of a template is escaped unless it is HTML already. */

const brand = Symbol('html');
export type Html = { readonly [brand]: string };

/** Controls, invisible format characters (bidi among them), line separators, lone surrogates. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Tag of a template: ``html`<td>${path}</td>` ``. Lists are joined. */
export function html(parts: TemplateStringsArray, ...values: readonly (Html | readonly Html[] | string | number)[]): Html {
  return { [brand]: parts.map((part, index) => part + (index < values.length ? written(values[index] ?? '') : '')).join('') };
}

/** The text of the page. */
export function htmlText(value: Html): string {
  return value[brand];
}

function written(value: Html | readonly Html[] | string | number): string {
  if (typeof value === 'string') return value.replace(unprintable, ' ').replace(/[&<>"']/g, (character) => entities[character] ?? '');
  if (typeof value === 'number') return String(value);
  return isList(value) ? value.map(htmlText).join('') : htmlText(value);
}

const isList = (value: Html | readonly Html[]): value is readonly Html[] => Array.isArray(value);
