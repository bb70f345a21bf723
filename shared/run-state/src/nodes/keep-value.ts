import type { Json, TallyFailure } from '@tally/contracts';
import type { Draft } from './draft.ts';
import { faultIn, sizeMessage } from './value-limits.ts';

/**
 * Whether a node's input, or what a try has brought, can be kept in a row and fits into the transaction.
 * @returns false: it can't, and the node has failed
 */
export function canKeep(draft: Draft, node: string, what: 'input' | 'result' | 'state', value: Json): boolean {
  const code = what === 'input' ? 'Input' : 'Result';
  const fault = faultIn(value);
  if (fault !== null) {
    draft.fail(node, {
      code: `${code}Invalid`,
      message: `its ${what} cannot be stored: ${fault}`,
    } satisfies TallyFailure);
    return false;
  }
  const isKept = draft.takesUp(value);
  if (!isKept)
    draft.fail(node, { code: `${code}TooLarge`, message: sizeMessage(`its ${what}`, value) } satisfies TallyFailure);
  return isKept;
}
