import { effect } from '@preact/signals';
import { call } from './call.ts';
import { access, hasKey, keyOf } from './session.ts';

/** Asks once with each key whether it may do more than read: what it may not do is not offered. */
export function checkControl(): void {
  effect(() => {
    keyOf();
    if (access.value !== 'open' || !hasKey.value) return;
    // A refusal is noted where it comes in; anything else shows at the next call.
    call('checkControl', {}).catch(() => undefined);
  });
}
