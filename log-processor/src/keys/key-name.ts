/** Names the key file of an epoch so that any site name is safe in it and can be read back. */

export type Epoch = {
  readonly site: string;
  /** The site's calendar day, `yyyy-mm-dd`. */
  readonly day: string;
};

const suffix = '.key';
const pattern = /^epoch\.(\d{4}-\d{2}-\d{2})\.((?:[a-z0-9.-]|_[0-9a-f]{2})+)\.key$/;
/** File systems take 255 bytes; the day, the suffixes and the mark of a draft want theirs. */
const maxSiteBytes = 200;

/**
 * `epoch.2026-09-27.www.ocean-body.example.key`: lower case letters, digits, dots and hyphens of the site as they are, every other byte as `_xx`.
 * @throws Error when the day is none or the site is empty or too long for a file name
 */
export function keyFileName(epoch: Epoch): string {
  const { site, day } = epoch;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new Error('an epoch is named by a day, yyyy-mm-dd');
  let name = '';
  for (const byte of Buffer.from(site)) {
    const letter = String.fromCharCode(byte);
    name += /[a-z0-9.-]/.test(letter) ? letter : `_${byte.toString(16).padStart(2, '0')}`;
  }
  if (name === '' || name.length > maxSiteBytes) throw new Error(`a site name must have 1 to ${maxSiteBytes} bytes as a file name`);
  return `epoch.${day}.${name}${suffix}`;
}

/** The epoch of a key file; null for every other name. */
export function epochOfFile(name: string): Epoch | null {
  const [, day, encoded] = pattern.exec(name) ?? [];
  if (day === undefined || encoded === undefined) return null;
  const bytes = encoded.replace(/_([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { day, site: Buffer.from(bytes, 'latin1').toString() };
}
