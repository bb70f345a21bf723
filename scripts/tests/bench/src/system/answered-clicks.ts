import type { Locator, Page } from 'playwright-core';
import * as z from 'zod';

const MIB = 1024 * 1024;
const metricsSchema = z.object({ metrics: z.array(z.object({ name: z.string(), value: z.number() })) });

/**
 * Clicks as a person does.
 * @param answer a JavaScript expression that is true when the answer is on the page
 * @returns milliseconds from the input until a frame shows the answer
 */
export async function answerMs(page: Page, target: Locator, answer: string): Promise<number> {
  await target.scrollIntoViewIfNeeded();
  await page.evaluate(`
    globalThis.answered = new Promise((resolve) => {
      addEventListener('click', ({ timeStamp }) => {
        // The frame after the one that it is found in: then that one was painted.
        const look = () => requestAnimationFrame(() => {
          if (!(${answer})) look();
          else requestAnimationFrame(() => resolve(performance.now() - timeStamp));
        });
        look();
      }, { capture: true, once: true });
    });
    undefined`);
  await target.click();
  return z.number().parse(await page.evaluate('globalThis.answered'));
}

/** How much heap the scripts of a page use, in MiB. */
export interface HeapOf {
  /** The current value. It includes garbage. */
  readonly inUse: () => Promise<number>;
  /** After a collection. */
  readonly kept: () => Promise<number>;
}

/** In MiB. */
export async function heapOf(page: Page): Promise<HeapOf> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const inUse = async () => {
    const { metrics } = metricsSchema.parse(await session.send('Performance.getMetrics'));
    return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN) / MIB;
  };
  return {
    inUse,
    kept: async () => {
      await session.send('HeapProfiler.collectGarbage');
      return await inUse();
    },
  };
}
