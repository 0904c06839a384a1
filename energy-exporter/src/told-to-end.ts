/** Ends the exporter when it is told to, also where the kernel keeps one of its threads for ever. */

/** For what is still on its way out when everything has ended. */
const graceMs = 500;

/** Returns at the first signal; a second one ends the process at once, as it would any other. */
export async function toldToEnd(): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  await new Promise<void>((resolve) => signals.forEach((signal) => process.once(signal, () => resolve())));
  signals.forEach((signal) => process.removeAllListeners(signal));
}

/**
 * Node waits for its file threads, in `process.exit` too: one that a file of the kernel holds would never let it go, so the process takes the signal that
 * it was told to end by (143 to a shell). Where nothing hangs, it has ended with 0 before.
 */
export function endWhatHangs(): void {
  setTimeout(() => process.kill(process.pid, 'SIGTERM'), graceMs).unref();
}
