import { describe, expect, it } from 'vitest';
import { InterruptibleWait } from './interruptible-wait.ts';

/** Longer than any test may take: a wait of this length can end only through `end`. */
const forever = 2 ** 31 - 1;

describe('a wait', () => {
  it('ends when it is told to, and each end ends only one wait', async () => {
    const wait = new InterruptibleWait();
    const first = wait.wait(forever);
    wait.end();
    await first;
    const second = wait.wait(forever);
    wait.end();
    await expect(second).resolves.toBeUndefined();
  });

  it('does not begin if its end came before (rule 6: no wake-up is lost)', async () => {
    const wait = new InterruptibleWait();
    wait.end();
    await expect(wait.wait(forever)).resolves.toBeUndefined();
  });

  it('ends by itself in time', async () => {
    await expect(new InterruptibleWait().wait(1)).resolves.toBeUndefined();
  });
});
