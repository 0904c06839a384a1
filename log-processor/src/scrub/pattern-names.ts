/** The names of what the scrubber finds: placeholders, label values of `logproc_scrubbed_total` and words of the configuration. */

/** `oversize` is no pattern of its own: it says that a text was too long, or too deeply encoded, to be looked through. */
export const patternNames = ['uuid', 'jwt', 'email', 'iban', 'nir', 'card', 'mac', 'phone', 'address', 'token', 'oversize'] as const;
export type PatternName = (typeof patternNames)[number];
