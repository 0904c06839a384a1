/** Texts as JSON strings, remembered: paths, hosts and families come again in every visit. */

/** At least the values that two days of a site may show. */
const most = 20_000;
const known = new Map<string, string>();

/** As `JSON.stringify`, for texts that come again and again. */
export function jsonText(text: string): string {
  let json = known.get(text);
  if (json === undefined) {
    if (known.size >= most) known.clear();
    known.set(text, (json = JSON.stringify(text)));
  }
  return json;
}
