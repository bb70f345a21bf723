import path from 'node:path';
import { buildService } from '@tally/build';
import type { HostProcess } from '@tally/local-host';
import { temporaryFolder } from '@tally/testing';
import { startTestSystem, type TestSystem, type TestSystemOptions } from './test-system.ts';

/**
 * A test system for the test's own chains: the real intake and aggregate, and the app of those chains instead
 * of detect.
 */
export interface OwnSystem extends Omit<TestSystem, 'startApp' | 'startOther' | 'processes'> {
  /** The processes that were started first. */
  readonly processes: Readonly<Record<OwnApp, HostProcess>>;
  /** Starts another process of an app. */
  start(app: OwnApp, env?: Readonly<Record<string, string>>): Promise<HostProcess>;
}

/** `worker`: the app of the chains. */
export type OwnApp = 'intake' | 'aggregate' | 'worker';

/**
 * Builds and starts everything.
 * @param source folder of the chains' app. Its `src/chains.ts` replaces the package of chains, so it exports
 * `registry` and `shapeOf`.
 */
export async function startOwnSystem(
  source: string,
  options: Omit<TestSystemOptions, 'faceEndpoint' | 'folders' | 'processes'> = {},
): Promise<OwnSystem> {
  const out = await temporaryFolder();
  const folders = {
    intake: path.join(out.path, 'intake'),
    aggregate: path.join(out.path, 'aggregate'),
    worker: path.join(out.path, path.basename(source)),
  };
  const services = path.resolve(import.meta.dirname, '../../../../services');
  const chains = { packageName: '@tally/chains', file: path.join(source, 'src/chains.ts') };
  try {
    await Promise.all([
      buildService(path.join(services, 'intake'), folders.intake, chains),
      buildService(path.join(services, 'aggregate'), folders.aggregate, chains),
      buildService(source, folders.worker),
    ]);
    const system = await startTestSystem({ ...options, folders, processes: { detect: 0 } });
    const start: OwnSystem['start'] = (app, env = {}) => system.startOther(app, folders[app], env);
    const stop = async (): Promise<void> => {
      await system.stop();
      await out.remove();
    };
    try {
      const [[intake], [aggregate]] = [system.processes.intake, system.processes.aggregate];
      if (intake === undefined || aggregate === undefined) throw new Error('a system has each app of its own');
      return { ...system, processes: { intake, aggregate, worker: await start('worker') }, start, stop };
    } catch (error) {
      await system.stop();
      throw error;
    }
  } catch (error) {
    await out.remove();
    throw error;
  }
}
