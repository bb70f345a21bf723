import { app } from '@azure/functions';
import type { ChainDefinition, MapDefinition } from '@tally/chain';
import { keepLoopbackDirect, type StorageConnection, secretCutter, secretsOf } from '@tally/contracts';
import { compose, type Registry, type RunFiles, type StepContext, type StepLog } from '@tally/run-steps';
import { z } from 'zod';
import { inInvocation } from './log-lines.ts';
import { createLog, type Logger } from './logging.ts';
import { inParts, readSettings, type SettingsOf, type SettingsParts } from './settings.ts';
import { storageSettingsSchema } from './storage-settings.ts';
import { createTelemetry } from './telemetry.ts';
import { telemetrySettingsSchema } from './telemetry-settings.ts';

/** The product's own settings of every stage's app. */
export const appSettingsSchema = z.object({
  TALLY_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error').default('info'),
  // For development and tests: the chain's own minute is right for everything else.
  TALLY_OVERDUE_SECONDS: z.coerce.number().min(1, 'must be at least 1').max(86_400, 'must be at most 86400').optional(),
});

/** What of the environment every app reads. */
const common = { storage: storageSettingsSchema, app: appSettingsSchema, telemetry: telemetrySettingsSchema };
type CommonSettings = SettingsOf<typeof common>;

/**
 * Reads what every app needs and what is this app's own, by parts, in one go.
 * @throws SettingsError naming all that is missing or wrong; thrown while the app loads, it stops the start
 */
export function readAppSettings<Own extends SettingsParts>(own: Own, env: NodeJS.ProcessEnv) {
  return readSettings(inParts({ ...common, own: inParts(own) }), env);
}

/** A service, put together: what its function files work with. */
export interface ComposedApp {
  readonly log: Logger;
  /** The chains that it knows, under its settings. */
  readonly registry: Registry;
  readonly connection: StorageConnection;
  /** The context of all steps; the first call makes the storage account ready where that is the app's to do. */
  readonly steps: () => Promise<StepContext>;
}

/** What only some apps have. */
export interface AppParts {
  /** As {@link readAppSettings} has read them with the app's own. Absent: the app has none of its own. */
  readonly settings?: CommonSettings | undefined;
  /** What else is to be made ready in the account, where that is the app's to do. */
  readonly prepare?: ((connection: StorageConnection) => Promise<void>) | undefined;
  /** The files of runs, for those who purge them. */
  readonly files?: ((connection: StorageConnection) => RunFiles) | undefined;
}

/**
 * The composition root of a service that takes part in chains: reads the environment once, connects, logs.
 * @param chains that it knows: intake and aggregate all of the registry, a worker those that it hosts
 * @throws SettingsError naming what is missing or wrong; thrown while the app loads, it stops the start
 */
export function composeApp(
  service: string,
  chains: readonly ChainDefinition[],
  env: NodeJS.ProcessEnv,
  { settings = readAppSettings({}, env), prepare: prepareMore = async () => {}, files }: AppParts = {},
): ComposedApp {
  keepLoopbackDirect(env);
  const { storage: connection } = settings;
  const { TALLY_OVERDUE_SECONDS: overdueSeconds, TALLY_LOG_LEVEL: logLevel } = settings.app;
  const registry = { chains: chains.map((chain) => withOverdue(chain, overdueSeconds)) };
  const log = createLog(service, logLevel, secretCutter(secretsOf(env)));
  const { telemetry, start, stop } = createTelemetry(service, settings.telemetry);
  const listening = onceDone(start);
  const { steps, prepare } = compose(registry, connection, stepLog(log), telemetry, files?.(connection));
  const prepareAll = async () => {
    await Promise.all([prepare(), prepareMore(connection)]);
  };
  // With an identity the deployment has created tables and queues, and the identity may not.
  const ready = connection.kind === 'connectionString' ? onceDone(prepareAll) : async () => {};
  app.hook.preInvocation((hook) => {
    const { functionHandler: handle, invocationContext } = hook;
    hook.functionHandler = (...given) => inInvocation(invocationContext, (): unknown => handle(...given));
  });
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
    registry,
    connection,
    steps: async () => {
      await Promise.all([ready(), listening()]);
      return steps;
    },
  };
}

/** The time after which a claim of items is overdue, as the setting wants it. */
function withOverdue(chain: ChainDefinition, seconds: number | undefined): ChainDefinition {
  if (seconds === undefined) return chain;
  const overdueMs = seconds * 1000;
  const changed = (node: MapDefinition): MapDefinition => ({ ...node, repair: { ...node.repair, overdueMs } });
  return { ...chain, nodes: chain.nodes.map((node) => (node.kind === 'map' ? changed(node) : node)) };
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
