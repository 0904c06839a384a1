/** The shapes of single values that several parts of the configuration share. */
import { z } from 'zod';

export const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dot, dash and underscore, at most 63 of them');
/** What stands for all else in every metric: a name of its own would be counted together with it. */
export const label = name.refine((value) => value !== 'other', 'another name: `other` stands for what belongs to none that is configured');
export const text = z.string().min(1, 'some text');
export const path = z.string().startsWith('/', 'a path that starts with /');
export const format = z.enum(['json', 'combined', 'common']);
