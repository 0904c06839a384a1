/** The two small things outside of keys that need node:crypto, so that it keeps one door. */
import { createHash, createSecretKey, randomBytes, randomInt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** Hexadecimal SHA-256 of a text in UTF-8. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A number nobody outside can know, for hash tables that visitors fill. */
export const randomSeed = (): number => randomInt(1, 2 ** 31 - 1);

/** A key that lives only in memory. */
export const generateKey = (): KeyObject => createSecretKey(randomBytes(32));
