import { app } from '@azure/functions';
import type { Chain } from '@tally/chain';
import { keepLoopbackDirect, secretCutter, secretsOf } from '@tally/contracts';
import { compose, type StepContext, type StepLog } from '@tally/run-steps';
import { z } from 'zod';
import { createLog, type Logger } from './logging.ts';
import { readSettings } from './settings.ts';
import { storageSettingsSchema } from './storage-settings.ts';
import { createTelemetry } from './telemetry.ts';
import { telemetrySettingsSchema } from './telemetry-settings.ts';

/** The product's own settings of every stage's app. */
export const appSettingsSchema = z.object({
  TALLY_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error').default('info'),
  // For development and tests: the chain's own minute is right for everything else.
  TALLY_OVERDUE_SECONDS: z.coerce.number().min(1, 'must be at least 1').max(86_400, 'must be at most 86400').optional(),
});

/** A service, put together: what its function files work with. */
export interface ComposedApp<Item, Result, Folded> {
  readonly log: Logger;
  readonly chain: Chain<Item, Result, Folded>;
  /** The context of all steps; the first call makes the storage account ready where that is the app's to do. */
  readonly steps: () => Promise<StepContext<Item, Result, Folded>>;
}

/**
 * The composition root of a service that takes part in a chain: reads the environment once, connects, logs.
 * @throws SettingsError naming what is missing or wrong; thrown while the app loads, it stops the start
 */
export function composeApp<Item, Result, Folded>(
  service: string,
  declared: Chain<Item, Result, Folded>,
  env: NodeJS.ProcessEnv,
): ComposedApp<Item, Result, Folded> {
  keepLoopbackDirect(env);
  const connection = readSettings(storageSettingsSchema, env);
  const settings = readSettings(appSettingsSchema, env);
  const overdueMs =
    settings.TALLY_OVERDUE_SECONDS === undefined ? declared.repair.overdueMs : settings.TALLY_OVERDUE_SECONDS * 1000;
  const chain = { ...declared, repair: { ...declared.repair, overdueMs } };
  const log = createLog(service, settings.TALLY_LOG_LEVEL, secretCutter(secretsOf(env)));
  const { telemetry, start, stop } = createTelemetry(service, readSettings(telemetrySettingsSchema, env));
  const listening = onceDone(start);
  const { steps, prepare } = compose(chain, connection, stepLog(log), telemetry);
  // With an identity the deployment has created tables and queues, and the identity may not.
  const ready = connection.kind === 'connectionString' ? onceDone(prepare) : async () => {};
  app.hook.appTerminate(async () => {
    await stop().catch((error: unknown) => log.warn({ error }, 'the last telemetry could not be delivered'));
  });
  app.hook.appStart(async () => {
    await listening();
    await ready().catch((error: unknown) =>
      log.warn({ error }, 'storage is not ready yet; the first message or request tries again'),
    );
  });
  return {
    log,
    chain,
    steps: async () => {
      await Promise.all([ready(), listening()]);
      return steps;
    },
  };
}

/** Does it once, however many ask; a failure is forgotten, so that the next one tries again. */
function onceDone(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return async () => {
    done ??= act().catch((error: unknown) => {
      done = null;
      throw error;
    });
    await done;
  };
}

function stepLog(log: Logger): StepLog {
  return {
    info: (message, about) => log.info(about ?? {}, message),
    warn: (message, about) => log.warn(about ?? {}, message),
  };
}
