/**
 * Loaded before a program (`--import`): its `Date` is ahead of the machine's by what the clock file says, plus a skew of its own. The file is
 * read at the start and at each SIGUSR2. Timers go on in real time.
 */
import { readFileSync } from 'node:fs';

const { TALLY_TEST_CLOCK_FILE: file, TALLY_TEST_CLOCK_SKEW_MS: skew = '0' } = process.env;
if (file === undefined) throw new Error('TALLY_TEST_CLOCK_FILE is not set: a shifted clock needs to know by how much.');

const machineNow = Date.now.bind(Date);
let aheadMs = readAheadMs();
process.on('SIGUSR2', () => {
  aheadMs = readAheadMs();
});

const now = (): number => machineNow() + aheadMs;

function readAheadMs(): number {
  return Number(readFileSync(file ?? '', 'utf8')) + Number(skew);
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
