/** A server of the stack as this machine would start it, or why it cannot. */

export type Server = {
  /** As in compose.yaml. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Answers with a 2xx when it is ready. */
  readonly readyUrl: string;
};

/** A server, or why there is none here. */
export type Found = Server | { readonly name: string; readonly missing: string };
