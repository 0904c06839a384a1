/** Where everything lies in the scanner's memory. The host (src/parse/scanner-memory.ts) writes separators, masks and tables there before the first line. */

/** What stands before each field and after the last: 32 bytes of text, 32 bytes of mask, 4 bytes of length. */
export const separators: usize = 1024;
export const separatorBytes: usize = 96;
/** 16 masks of 16 bytes: the n-th keeps the first n bytes. */
export const masks: usize = 2560;
/** The header of each word table: see words.ts. */
export const tables: usize = 3072;
export const tableBytes: usize = 32;
/** What the lines of one call hold: 20 whole numbers each. */
export const records: usize = 4096;
export const recordBytes: usize = 80;
/** The same lines' times and sizes: 4 doubles each. */
export const numbers: usize = 12288;
export const numberBytes: usize = 32;
/** The time of the last line of the combined format as it was written: its first and its last 16 bytes. */
export const lastTime: usize = 14336;
/** Lines of one call. */
export const mostLines: usize = 64;

export const quote: u32 = 0x22;

// Tables by the order of their fields, as in src/parse/scanner-memory.ts.
export const peers: usize = 0;
export const forwards: usize = 1;
export const servers: usize = 2;
export const methods: usize = 3;
export const targets: usize = 4;
export const referrers: usize = 5;
export const agents: usize = 6;
export const purposes: usize = 7;
export const types: usize = 8;
