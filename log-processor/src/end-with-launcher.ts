/** Ends the processor in order when the launcher that started it is gone, so that no orphan keeps the state and refuses the next start. */

/** Without a launcher (a container starts the program itself) nothing happens. */
export function endWithLauncher(): void {
  if (process.channel === undefined) return;
  process.channel.unref(); // waiting for the launcher is no reason to stay
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
