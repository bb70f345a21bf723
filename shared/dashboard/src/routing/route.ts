import { computed, signal } from '@preact/signals';

import { linkTo, type Route, readRoute } from './links.ts';

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

export const route = computed((): Route => readRoute(hash.value));

/** Changes a part of the query in place: a change of the filter adds no step to the history. */
export function changeQuery(change: Readonly<Record<string, string | undefined>>): void {
  const { path, query } = route.value;
  history.replaceState(null, '', linkTo(path, { ...Object.fromEntries(query), ...change }));
  hash.value = location.hash;
}

export function go(path: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): void {
  location.hash = linkTo(path, query);
}
