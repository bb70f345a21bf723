import { effect } from '@preact/signals';
import { call } from './call.ts';
import { access, hasKey, keyOf } from './session.ts';

/**
 * Asks once with each key whether it may do more than read. Actions that the key doesn't allow are not
 * offered.
 */
export function checkControl(): void {
  effect(() => {
    keyOf();
    if (access.value !== 'open' || !hasKey.value) return;
    // A refusal is noted where the answer arrives. Any other failure shows at the next call.
    call('checkControl', {}).catch(() => undefined);
  });
}
