import type { ListedChain, RunNode, RunStatusBody } from '@tally/api';
import { nodeWords } from './node-words.ts';
import { raiseCommands } from './payload-values.ts';
import { Progress, type ProgressOutput } from './progress.ts';
import { printable } from './table.ts';

/** If its state doesn't change, a map gets a line for every tenth of its items. */
const LINES_A_MAP = 10;

export interface RunWatchOptions {
  readonly output: ProgressOutput;
  readonly runId: string;
  /** They tell what events may bring. Empty: it isn't known. */
  readonly chains: readonly ListedChain[];
  /** Whether the commands are printed that raise the events the run waits for. Default: yes. */
  readonly tellsCommands?: boolean | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * Shows the progress of a run. A run that only goes through items gets a bar, any other run a line per node
 * when its state changes. For a wait it prints the commands that raise the event, and in a terminal the
 * remaining time.
 */
export class RunWatch {
  readonly #options: RunWatchOptions;
  readonly #now: () => number;
  readonly #bar: Progress;
  readonly #told = new Map<string, string>();
  #foot = '';

  constructor(options: RunWatchOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#bar = new Progress(options.output, this.#now);
  }

  update(status: RunStatusBody): void {
    const waits = status.nodes.filter(({ state }) => state === 'waiting');
    const isItems = status.nodes.every(({ kind }) => kind === 'map' || kind === 'wait' || kind === null);
    if (isItems && waits.length === 0) {
      this.#bar.update(status);
      return;
    }
    this.#bar.end();
    const width = Math.max(...status.nodes.map(({ name }) => name.length));
    for (const node of status.nodes) this.#tell(status, node, width);
    this.#drawFoot(waits);
  }

  /** Leaves the last state visible. May be called twice. */
  end(): void {
    this.#bar.end();
    this.#erase();
  }

  #tell(status: RunStatusBody, node: RunNode, width: number): void {
    const key = stateKey(node);
    const before = this.#told.get(node.name);
    this.#told.set(node.name, key);
    if (key === before || (node.state === 'notDue' && before === undefined)) return;
    this.#line(`${node.name.padEnd(width)}  ${printable(nodeWords(node, this.#now()))}`);
    if (node.state !== 'waiting' || node.event === undefined || this.#options.tellsCommands === false) return;
    for (const command of raiseCommands(this.#options.runId, node.event, this.#payloadOf(status, node.name)))
      this.#line(`${' '.repeat(width)}  ${printable(command)}`);
  }

  #payloadOf({ name }: RunStatusBody, node: string): unknown {
    const versions = this.#options.chains.find((chain) => chain.name === name)?.versions ?? [];
    return versions[0]?.nodes.find((known) => known.name === node)?.payload;
  }

  #line(text: string): void {
    this.#erase();
    this.#options.output.write(`${text}\n`);
  }

  /** In a terminal the last line counts down the remaining time of waits. */
  #drawFoot(waits: readonly RunNode[]): void {
    if (this.#options.output.isTTY !== true || waits.length === 0) {
      this.#erase();
      return;
    }
    this.#foot = waits.map((node) => `${node.name} ${nodeWords(node, this.#now())}`).join(' · ');
    this.#options.output.write(`\r\u001b[K${printable(this.#foot)}`);
  }

  #erase(): void {
    if (this.#foot !== '') this.#options.output.write('\r\u001b[K');
    this.#foot = '';
  }
}

/** The facts whose change gets a line. Passing time is not one of them. */
function stateKey({ state, outcome, attempts, notBefore, until, counts }: RunNode): string {
  const { total = 0, succeeded = 0, failed = 0, aborted = 0 } = counts ?? {};
  const tenth = Math.floor((succeeded + failed + aborted) / Math.max(1, Math.ceil(total / LINES_A_MAP)));
  return JSON.stringify([state, outcome, attempts, notBefore, until, state === 'open' ? tenth : 0]);
}
