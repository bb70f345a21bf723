import { computed, signal } from '@preact/signals';

const STORED = 'tally-key';

/** What the user may do: `needsKey`: a call was refused, so one is asked for; `read`: looking is allowed, and nothing else. */
export type Access = 'open' | 'needsKey' | 'read';

const key = signal(sessionStorage.getItem(STORED));
const wasRefused = signal(false);
const readsOnly = signal(false);

export const access = computed((): Access => {
  if (wasRefused.value) return 'needsKey';
  return readsOnly.value ? 'read' : 'open';
});
export const mayControl = computed(() => access.value === 'open');
export const hasKey = computed(() => key.value !== null);

export function keyOf(): string | null {
  return key.value;
}

/** Kept for this tab only, and sent as a header only. An empty one is none. */
export function takeKey(text: string): void {
  const trimmed = text.trim();
  if (trimmed === '') sessionStorage.removeItem(STORED);
  else sessionStorage.setItem(STORED, trimmed);
  key.value = trimmed === '' ? null : trimmed;
  wasRefused.value = false;
  readsOnly.value = false;
}

export function askForKey(): void {
  wasRefused.value = true;
}

/** @param wasControl a key that opens no control may still read: nothing is asked for then */
export function refuseKey(wasControl: boolean): void {
  if (wasControl) readsOnly.value = true;
  else wasRefused.value = true;
}
