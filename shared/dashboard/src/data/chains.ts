import { computed, effect, signal } from '@preact/signals';
import type { ChainVersion, ListedChain } from '@tally/api';
import { call } from './call.ts';
import { access, keyOf } from './session.ts';

const known = signal<readonly ListedChain[] | null>(null);
const failed = signal<unknown>(undefined);

/** The chains of this deployment: read once, for they change only with it. Empty until then. */
export const chains = computed(() => known.value ?? []);
export const chainsError = computed(() => failed.value);

effect(() => {
  // Once with each key: it is also the first call, which tells whether one is asked for.
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

/** A chain in the version that a run has; without one in its newest. */
export function versionOf(name: string, version?: number | null): ChainVersion | undefined {
  const versions = chains.value.find((chain) => chain.name === name)?.versions;
  return version == null ? versions?.[0] : versions?.find((one) => one.version === version);
}
