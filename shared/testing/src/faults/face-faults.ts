import type { StubAnswer } from '../stub-face.ts';
import type { FaultLog } from './fault-log.ts';
import { drawByRate, type SeededChance, seededChance } from './seeded-chance.ts';

/** What a Face endpoint can do instead of looking at the image. */
export const faceFaults = [
  'face 429 with Retry-After',
  'face 429 without Retry-After',
  'face 500',
  'face hang',
  'face garbage',
  'face reset',
] as const;
export type FaceFault = (typeof faceFaults)[number];

const answers: Readonly<Record<FaceFault, StubAnswer>> = {
  'face 429 with Retry-After': { status: 429, code: 'RateLimitExceeded', retryAfterSeconds: 1 },
  'face 429 without Retry-After': { status: 429, code: 'RateLimitExceeded' },
  'face 500': { status: 500, code: 'InternalServerError' },
  'face hang': 'hang',
  'face garbage': { text: '<html>This is not the answer you were looking for</html>' },
  'face reset': 'reset',
};

/**
 * Faults from a seed: the n-th call for an image meets the same fault each time the seed is used.
 * @param rates how many of a thousand calls meet the fault
 * @returns undefined if the call meets none
 */
export function injectFaceFaults(
  seed: number,
  rates: Readonly<Partial<Record<FaceFault, number>>>,
  log: FaultLog,
): (url: string) => StubAnswer | undefined {
  const chances = new Map<string, SeededChance>();
  return (url) => {
    const chance = chances.get(url) ?? seededChance(seed, url);
    chances.set(url, chance);
    const fault = drawByRate<FaceFault>(chance, rates);
    if (fault === undefined) return undefined;
    log.add(fault);
    return answers[fault];
  };
}
