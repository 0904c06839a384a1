/** Which days of a history are filled in: from one day to another, both included, in the zone of each site. */

export type WantedDays = { readonly from: string | null; readonly until: string | null };

/** @param day `yyyy-mm-dd` */
export const holdsDay = ({ from, until }: WantedDays, day: string): boolean => (from === null || day >= from) && (until === null || day <= until);

/** For people: `2026-09-01 to 2026-09-30`. */
export const daysText = ({ from, until }: WantedDays): string => `${from ?? 'the first day'} to ${until ?? 'the last'}`;
