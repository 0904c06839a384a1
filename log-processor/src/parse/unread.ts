/** Says why a line is no request, and what could be read of it: one shape for all parsers. */
import type { DropReason, Unread } from '../record.ts';

/** @param timeMs milliseconds since 1970; null, like the server name, where the line does not say */
export const unread = (reason: DropReason, timeMs: number | null = null, serverName: string | null = null): Unread => ({ reason, timeMs, serverName });
