/** Visits to the site of a stack in Docker, and the two counts that have to agree: lines that nginx wrote, and lines that Loki has. */
import { at } from '../compose/compose-file.ts';
import { lokiLines, until } from './answers.ts';
import type { ComposeStack } from './compose-stack.ts';

export type State = { readonly state: string; readonly health: string; readonly exit: number };

export class Traffic {
  readonly #stack: ComposeStack;
  /** Requests that were answered so far: each one is a line. */
  answered = 0;

  constructor(stack: ComposeStack) {
    this.#stack = stack;
  }

  /** The status of the answer. @throws where nobody answers */
  async visit(path: string): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${this.#stack.httpPort}${path}`, { headers: { 'user-agent': 'tidewatch-test' }, redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    await answer.arrayBuffer();
    this.answered += 1;
    return answer.status;
  }

  /** A request that nginx refuses and writes down as an error, too. @throws where nobody answers */
  async tooLarge(path: string): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${this.#stack.httpPort}${path}`, { method: 'POST', body: 'x'.repeat(70_000), headers: { 'user-agent': 'tidewatch-test' }, signal: AbortSignal.timeout(10_000) });
    await answer.arrayBuffer();
    this.answered += 1;
    return answer.status;
  }

  /** What nginx wrote, in every file of its log that is there, but for the heartbeat that the collector makes. */
  async written(): Promise<number> {
    return Number((await this.#stack.inside('nginx', 'sh', '-c', `cat /var/log/nginx-access/* | grep -v '"request_uri":"/api/health"' | grep -c . || true`)).trim());
  }

  /** The same lines in Loki: requests to the stack's own pages are `stack`, all others `access`. */
  delivered(): Promise<string[]> {
    return lokiLines(this.#stack, '{input="nginx"} != `"kind":"health"`');
  }

  /** Waits until Loki has every line that was written. @throws Error with both counts when it has not in time, or when it has one twice */
  async settled(seconds: number): Promise<number> {
    let counts = '';
    await until('every line that nginx wrote is in Loki once', seconds, async () => {
      const [written, delivered] = [await this.written(), (await this.delivered()).length];
      counts = `${written} written, ${delivered} in Loki`;
      if (delivered > written) throw new Error(counts);
      return written === delivered;
    }).catch((error: unknown) => {
      throw new Error(`${error instanceof Error ? error.message : ''} (${counts})`, { cause: error });
    });
    return (await this.delivered()).length;
  }

  async services(): Promise<Map<string, State>> {
    const lines = (await this.#stack.mustCompose('ps', '--all', '--format', 'json')).split('\n').filter(Boolean);
    return new Map(
      lines.map((line) => {
        const container: unknown = JSON.parse(line);
        return [String(at(container, 'Service')), { state: String(at(container, 'State')), health: String(at(container, 'Health')), exit: Number(at(container, 'ExitCode')) }];
      }),
    );
  }

  /** Healthy again, or running where there is no health check. */
  async back(name: string, seconds: number): Promise<void> {
    await until(`${name} is back`, seconds, async () => {
      const found = (await this.services()).get(name);
      return found?.state === 'running' && (found.health === 'healthy' || found.health === '');
    });
  }
}
