import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { readKey } from './read-key.ts';

/** A keyboard that records the changes of raw mode, in which each key comes at once. */
class TestKeyboard extends PassThrough {
  readonly modes: boolean[] = [];

  setRawMode(isRaw: boolean): void {
    this.modes.push(isRaw);
  }
}

const options = (signal = new AbortController().signal) => ({ signal, onInterrupt: () => undefined });

test('the first expected key is taken, without Enter, and the terminal is restored', async () => {
  const keyboard = new TestKeyboard();
  const reading = readKey(keyboard, ['a', 'r'], options());
  expect(keyboard.modes).toEqual([true]);
  keyboard.write('x?');
  keyboard.write('R');
  expect(await reading).toBe('r');
  expect(keyboard.modes).toEqual([true, false]);
});

test('Ctrl-C interrupts, although the terminal sends no signal in that mode', async () => {
  const keyboard = new TestKeyboard();
  const stop = new AbortController();
  const reading = readKey(keyboard, ['a'], { signal: stop.signal, onInterrupt: () => stop.abort() });
  keyboard.write('\u0003');
  expect(await reading).toBeNull();
  expect(keyboard.modes).toEqual([true, false]);
});

test('it stops waiting when the decision is made or no key can come any more', async () => {
  const stop = new AbortController();
  const reading = readKey(new TestKeyboard(), ['a'], options(stop.signal));
  stop.abort();
  expect(await reading).toBeNull();
  expect(await readKey(new TestKeyboard(), ['a'], options(stop.signal))).toBeNull();
  const closed = new TestKeyboard();
  const last = readKey(closed, ['a'], options());
  closed.end();
  expect(await last).toBeNull();
});
