import { app } from '@azure/functions';
import type { ChainDefinition, MapDefinition } from '@tally/chain';
import { keepLoopbackDirect, type StorageConnection, secretCutter, secretsOf } from '@tally/contracts';
import { compose, type Registry, type RunFiles, type StepContext, type StepLog } from '@tally/run-steps';
import * as z from 'zod';
import { inInvocation } from './log-lines.ts';
import { createLog, type Logger } from './logging.ts';
import { inParts, readSettings, type SettingsOf, type SettingsParts } from './settings.ts';
import { storageSettingsSchema } from './storage-settings.ts';
import { createTelemetry } from './telemetry.ts';
import { telemetrySettingsSchema } from './telemetry-settings.ts';

/** The settings of Tally that every stage's app has. */
export const appSettingsSchema = z.object({
  TALLY_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error').default('info'),
  // For development and tests only. For everything else the chain's own minute is right.
  TALLY_OVERDUE_SECONDS: z.coerce.number().min(1, 'must be at least 1').max(86_400, 'must be at most 86400').optional(),
});

/** The settings that every app reads from the environment. */
const everyApp = { storage: storageSettingsSchema, app: appSettingsSchema, telemetry: telemetrySettingsSchema };
type EveryAppSettings = SettingsOf<typeof everyApp>;

/**
 * Reads the settings that every app needs and those of this app, by parts, in one go.
 * @throws SettingsError naming all that is missing or wrong; thrown while the app loads, it stops the start
 */
export function readAppSettings<Own extends SettingsParts>(own: Own, env: NodeJS.ProcessEnv) {
  return readSettings(inParts({ ...everyApp, own: inParts(own) }), env);
}

/** A composed service: what its function files work with. */
export interface ComposedApp {
  readonly log: Logger;
  /** The chains that this app knows, with its settings applied. */
  readonly registry: Registry;
  readonly connection: StorageConnection;
  /** The context of all steps. The first call prepares the storage account if that is the app's job. */
  readonly steps: () => Promise<StepContext>;
}

/** Parts that only some apps have. */
export interface AppParts {
  /**
   * The settings as {@link readAppSettings} read them together with the app's own. Absent: the app has none
   * of its own.
   */
  readonly settings?: EveryAppSettings | undefined;
  /** Prepares more of the account, if that is the app's job. */
  readonly prepare?: ((connection: StorageConnection) => Promise<void>) | undefined;
  /** The files of runs, for an app that purges or opens them. */
  readonly files?: ((connection: StorageConnection) => RunFiles) | undefined;
}

/**
 * The composition root of a service of Tally. It reads the environment once, connects to storage, and sets up
 * the log.
 * @param chains that this app knows: intake and aggregate know all of the registry, a worker those that it
 * hosts
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
  // With an identity, the deployment has created the tables and queues, and the identity may not create them.
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

/** Sets the time after which a claim of items is overdue, if the setting gives one. */
function withOverdue(chain: ChainDefinition, seconds: number | undefined): ChainDefinition {
  if (seconds === undefined) return chain;
  const overdueMs = seconds * 1000;
  const changed = (node: MapDefinition): MapDefinition => ({ ...node, repair: { ...node.repair, overdueMs } });
  return { ...chain, nodes: chain.nodes.map((node) => (node.kind === 'map' ? changed(node) : node)) };
}

/** Runs `act` once for all callers. A failure is forgotten, so that the next call tries again. */
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
