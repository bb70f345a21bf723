import type { Counts, RunStatusBody } from '@tally/api';
import { counted } from '@tally/contracts';
import { clock } from './local-time.ts';

/** The output for progress: a terminal, or a file or pipe. */
export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** The parts of a status that are shown. */
export type Shown = Pick<RunStatusBody, 'runtimeStatus' | 'rate' | 'eta'> & {
  readonly counts: Pick<Counts, 'total' | 'succeeded' | 'failed' | 'aborted'>;
};

const barWidth = 30;
/** Without a terminal a line is printed for every tenth of the images. */
const linesPerRun = 10;

/**
 * Shows the progress of a run. In a terminal it is one line that is drawn again and again, else a line from
 * time to time.
 */
export class Progress {
  readonly #output: ProgressOutput;
  readonly #startedAt: number;
  readonly #now: () => number;
  #shown = '';

  constructor(output: ProgressOutput, now: () => number = Date.now) {
    this.#output = output;
    this.#now = now;
    this.#startedAt = now();
  }

  update(status: Shown): void {
    if (this.#output.isTTY === true) {
      this.#output.write(`\r\u001b[K${renderBar(status, this.#startedAt, this.#now())}`);
      this.#shown = 'bar';
      return;
    }
    const line = renderLine(status);
    if (line !== this.#shown) this.#output.write(`${line}\n`);
    this.#shown = line;
  }

  /** Leaves the last state visible. May be called twice. */
  end(): void {
    if (this.#shown === 'bar') this.#output.write('\n');
    this.#shown = '';
  }
}

/** `Running    ███████░░░░░░░░  4/6 images, 1 failed  0:03  1.3/s, 0:02 left` */
export function renderBar({ runtimeStatus, counts, rate, eta }: Shown, startedAt: number, now: number): string {
  const { total, succeeded, failed, aborted } = counts;
  const done = succeeded + failed + aborted;
  const filled = total === 0 ? 0 : Math.floor((done / total) * barWidth);
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
  const failures = failed === 0 ? '' : `, ${failed} failed`;
  const pace = rate === null ? '' : `  ${rate.toFixed(1)}/s`;
  const left = eta === null ? '' : `, ${clock(Math.max(0, Date.parse(eta) - now))} left`;
  return `${runtimeStatus.padEnd(10)} ${bar}  ${done}/${counted(total, 'image')}${failures}  ${clock(now - startedAt)}${pace}${left}`;
}

function renderLine({ runtimeStatus, counts }: Shown): string {
  const { total, succeeded, failed, aborted } = counts;
  const done = succeeded + failed + aborted;
  const step = Math.max(1, Math.ceil(total / linesPerRun));
  const shown = done === total ? done : Math.floor(done / step) * step;
  return `${runtimeStatus}: ${shown} of ${counted(total, 'image')} done`;
}
