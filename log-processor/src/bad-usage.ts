/** A command line that cannot be understood: the error that ends with exit code 2, and how what was typed is shown in it. */
export class BadUsage extends Error {}

/** What was typed, cut short and quoted. */
export const printable = (text: string): string => JSON.stringify(text.slice(0, 60));
