/**
 * Loaded before a program (`--import`). Its `Date` is ahead of the machine's by the number in the clock file.
 * If there is a file with the process's id, its number is added. Both are read at the start and at each
 * SIGUSR2. Timers run in real time.
 */
import { existsSync, readFileSync } from 'node:fs';

const { TALLY_TEST_CLOCK_FILE: file } = process.env;
if (file === undefined) throw new Error('TALLY_TEST_CLOCK_FILE is not set: a shifted clock needs to know by how much.');

const machineNow = Date.now.bind(Date);
let aheadMs = readAheadMs();
process.on('SIGUSR2', () => {
  aheadMs = readAheadMs();
});

const now = (): number => machineNow() + aheadMs;

function readAheadMs(): number {
  const skew = `${file}.${process.pid}`;
  return Number(readFileSync(file ?? '', 'utf8')) + (existsSync(skew) ? Number(readFileSync(skew, 'utf8')) : 0);
}

Date.now = now;
globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) => {
    const made: unknown = Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget);
    if (!(made instanceof target)) throw new TypeError('a Date is not a Date');
    return made;
  },
  apply: () => new Date(now()).toString(),
});
