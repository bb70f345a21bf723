import { computed, effect, signal } from '@preact/signals';
import type { ChainVersion, ListedChain } from '@tally/api';
import { call } from './call.ts';
import { access, keyOf } from './session.ts';

const known = signal<readonly ListedChain[] | null>(null);
const failed = signal<unknown>(undefined);

/**
 * The chains of this deployment, empty until they are read. They are read once, because they change only with
 * the deployment.
 */
export const chains = computed(() => known.value ?? []);
export const chainsError = computed(() => failed.value);

effect(() => {
  // Once with each key. This is also the first call, so it shows whether a key is needed.
  keyOf();
  if (access.value === 'needsKey') return;
  call('listChains', {})
    .then(({ body }) => {
      known.value = body.chains;
      failed.value = undefined;
    })
    .catch((error: unknown) => {
      failed.value = error;
    });
});

/** A chain in the version of a run, or in its newest version if none is given. */
export function versionOf(name: string, version?: number | null): ChainVersion | undefined {
  const versions = chains.value.find((chain) => chain.name === name)?.versions;
  return version == null ? versions?.[0] : versions?.find((one) => one.version === version);
}
