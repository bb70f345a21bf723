import { DeployError, type Executor } from './command.ts';

/**
 * Roles take minutes to reach every part of Azure. Until then a call that needs them is answered 403, and a
 * new app may answer 404 or 5xx.
 */
const TRIES = 12;
const PAUSE_MS = 20_000;
const EARLY = /\b(401|403|404|409|5\d\d)\b|Forbidden|Unauthorized|AuthorizationPermissionMismatch/i;

/**
 * Repeats the call for up to four minutes, while its failure may pass with time.
 * @throws the last try's error
 */
export async function whileRolesSpread<Value>(executor: Executor, act: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof DeployError) || !EARLY.test(error.message) || tries >= TRIES) throw error;
      executor.say(`not yet (try ${tries} of ${TRIES}); roles take a while to propagate in Azure`);
      await executor.pause(PAUSE_MS);
    }
  }
}
