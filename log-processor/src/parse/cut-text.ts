/** Keeps what a field may say at most, so that no hostile value grows beyond its use. */

/** At most `maxLength` UTF-16 code units from the start, without half a surrogate pair: a hash could not tell two of those apart. */
export function cutText(text: string, maxLength: number): string {
  return (text.length > maxLength ? text.slice(0, maxLength) : text).toWellFormed();
}

/** At most `maxLength` code units from the end, beginning with a whole entry of the comma-separated list: half an address would be another address. */
export function cutListFromLeft(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text.toWellFormed();
  const tail = text.slice(text.length - maxLength);
  const comma = tail.indexOf(',');
  return comma < 0 ? '' : tail.slice(comma + 1).toWellFormed();
}
