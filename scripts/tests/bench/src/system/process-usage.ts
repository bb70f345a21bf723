import { readFileSync } from 'node:fs';

/** The resources that a process has used, as /proc reports them. */
export interface Usage {
  /** Milliseconds of a core, in the process and in the kernel for it. */
  readonly cpuMs: number;
  /** The highest memory use so far, in MiB. */
  readonly peakMiB: number;
  /** Current memory use, in MiB. */
  readonly residentMiB: number;
}

/** Linux counts a process's time in ticks of a hundredth of a second, on every machine that Node runs on. */
const TICK_MS = 10;

export function usageOf(pid: number): Usage {
  // The second field is the program's name in brackets, which may contain spaces.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
  return {
    cpuMs: (Number(stat[11]) + Number(stat[12])) * TICK_MS,
    peakMiB: mebibytes('VmHWM'),
    residentMiB: mebibytes('VmRSS'),
  };
}

/** CPU of several processes together, in milliseconds of a core. */
export function cpuMsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + usageOf(pid).cpuMs, 0);
}
