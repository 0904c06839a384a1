/** Takes personal data out of whole log lines, where an address becomes a token that joins the line with the requests of the same client. */
import { createScrubber } from './scrub.ts';
import type { Scrubbed } from './scrub.ts';

/** What to write for an address, given in standard spelling. */
export type AddressWriter = (addressText: string) => string;

export type LineScrubber = (text: string, write: AddressWriter, timeMs: number) => Scrubbed;

export function createLineScrubber(): LineScrubber {
  let current: AddressWriter = () => ':address';
  const scrub = createScrubber({ replaceAddress: (text) => current(text) });
  return (text, write) => {
    current = write;
    return scrub(text);
  };
}
