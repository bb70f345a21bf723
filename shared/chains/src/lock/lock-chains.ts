import type { ChainDefinition } from '@tally/chain';
import * as z from 'zod';
import { type Shape, shapeOf } from './shape-of.ts';

/**
 * The shape of every version there ever was. Retired versions stay, so that no number comes back with another
 * shape.
 */
export const chainLockSchema = z.array(
  z.strictObject({ chain: z.string(), version: z.number().int().min(1), shape: z.json() }),
);
export type ChainLock = z.infer<typeof chainLockSchema>;

/** A version whose shape differs from the lock's, with the place of the first difference. */
export interface ShapeChange {
  readonly chain: string;
  readonly version: number;
  readonly place: string;
}

/**
 * Compares chains with their lock.
 * @returns the lock with new versions added (a changed version stays as it was), and the versions that have
 * changed. None may change, because runs of them may be live
 */
export function lockChains(
  chains: readonly ChainDefinition[],
  lock: ChainLock,
): { readonly lock: ChainLock; readonly changes: readonly ShapeChange[] } {
  const shapes = chains.map((chain) => ({ chain: chain.name, version: chain.version, shape: shapeOf(chain) }));
  const isOf = (left: ChainLock[number]) => (right: ChainLock[number]) =>
    left.chain === right.chain && left.version === right.version;
  const changes = shapes.flatMap((now) => {
    const locked = lock.find(isOf(now));
    const place = locked === undefined ? null : firstDifference(locked.shape, now.shape, '');
    return place === null ? [] : [{ chain: now.chain, version: now.version, place }];
  });
  const added = shapes.filter((now) => !lock.some(isOf(now)));
  return { lock: [...lock, ...added].toSorted(byChainAndVersion), changes };
}

/** The lock without these versions: for versions that no run anywhere has begun with. */
export function unlocked(lock: ChainLock, changes: readonly ShapeChange[]): ChainLock {
  return lock.filter(
    ({ chain, version }) => !changes.some((change) => change.chain === chain && change.version === version),
  );
}

function byChainAndVersion(left: ChainLock[number], right: ChainLock[number]): number {
  if (left.chain !== right.chain) return left.chain < right.chain ? -1 : 1;
  return left.version - right.version;
}

/**
 * The first place where two shapes differ, as a path such as `nodes.2.result.type`, or null if they don't.
 * The order of fields doesn't matter.
 */
function firstDifference(left: Shape | undefined, right: Shape | undefined, place: string): string | null {
  if (!isNested(left) || !isNested(right) || Array.isArray(left) !== Array.isArray(right)) {
    return left === right ? null : place;
  }
  const [lefts, rights] = [new Map(Object.entries(left)), new Map(Object.entries(right))];
  for (const name of new Set([...lefts.keys(), ...rights.keys()])) {
    const found = firstDifference(lefts.get(name), rights.get(name), place === '' ? name : `${place}.${name}`);
    if (found !== null) return found;
  }
  return null;
}

function isNested(value: Shape | undefined): value is Shape[] | { [key: string]: Shape } {
  return typeof value === 'object' && value !== null;
}
