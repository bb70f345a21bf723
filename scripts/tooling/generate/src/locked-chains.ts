import { type ChainLock, chainLockSchema, lockChains, type Registry, unlocked } from '@tally/chains';

/**
 * The lock of the chains' versions with the new ones added, and the complaints.
 * @param text the existing lock; empty if there is none
 * @param isRelocking whether a version may change its shape
 */
export function lockedChains(
  { chains }: Pick<Registry, 'chains'>,
  text: string,
  { isRelocking }: { readonly isRelocking: boolean },
): { readonly lock: ChainLock; readonly complaints: readonly string[] } {
  const standing = chainLockSchema.parse(text === '' ? [] : JSON.parse(text));
  const { lock, changes } = lockChains(chains, standing);
  if (isRelocking) return { lock: lockChains(chains, unlocked(standing, changes)).lock, complaints: [] };
  const complaints = changes.map(
    ({ chain, version, place }) =>
      `${chain}@${version} has changed at ${place}: runs that began with it could not continue. Declare it as version ${version + 1} ` +
      'and keep this one in the registry until its runs have ended; or, if it has no live run: npm run generate -- --relock',
  );
  return { lock, complaints };
}
