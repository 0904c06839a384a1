/** A configuration that nobody can run with: every mistake at once, so that nobody has to start five times. Apart, so that who throws it needs no schema. */
export class ConfigRefused extends Error {
  readonly mistakes: readonly string[];
  constructor(source: string, mistakes: readonly string[]) {
    super(`${source}: ${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'}\n${mistakes.map((line) => `  ${line}`).join('\n')}`);
    this.mistakes = mistakes;
  }
}
