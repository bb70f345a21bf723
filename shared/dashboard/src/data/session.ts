import { computed, signal } from '@preact/signals';

const STORED = 'tally-key';

/**
 * What the user may do. `needsKey`: a call was refused, so the page asks for a key. `read`: only reading is
 * allowed.
 */
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

/** Keeps the key for this tab only, and sends it only as a header. An empty text means no key. */
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

/**
 * @param wasControl a key that doesn't allow control may still read, so the page doesn't ask for another key
 */
export function refuseKey(wasControl: boolean): void {
  if (wasControl) readsOnly.value = true;
  else wasRefused.value = true;
}
