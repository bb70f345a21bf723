import path from 'node:path';
import {
  buildApps,
  type OwnSystem,
  type StubbedSystemOptions,
  startOwnSystem,
  startStubbedSystem,
  startTestSystem,
  type TestSystem,
  type TestSystemOptions,
} from '@tally/test-system';
import type { ProxyOptions, StubFaceOptions } from '@tally/testing';
import { imageUrls, StorageView, startRun } from './runs.ts';

/**
 * The work to measure: images, processed by the real detect with a Face endpoint that answers at once, or
 * items with which nothing is done.
 */
export type Work = 'images' | 'nothing';

export interface BenchOptions {
  readonly work: Work;
  /** Number of processes of the app that does the work. */
  readonly workers?: number;
  /**
   * With this option the apps reach the storage through a proxy that observes the requests. The proxy uses as
   * much time as an app, so it is not for measuring throughput.
   */
  readonly proxy?: ProxyOptions;
  /** The longest time between two polls of an empty queue. If left out, each app's own settings apply. */
  readonly polling?: string;
  /** How the stub of the Face endpoint answers, or the address of an endpoint that runs already. */
  readonly face?: StubFaceOptions | string;
  /** Environment variables of all apps. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A complete system on its own storage, with each app's own settings, and what a measurement needs of it. */
export interface BenchSystem extends AsyncDisposable {
  readonly view: StorageView;
  /** Process ids, by the app that runs in them. */
  readonly pids: Readonly<Record<'intake' | 'worker' | 'aggregate' | 'storage', readonly number[]>>;
  readonly system: TestSystem | OwnSystem;
  /** The most images that were at the stub of the Face endpoint at the same time; 0 where there is none. */
  readonly mostAtOnce: () => number;
  /**
   * Starts a run of this many items.
   * @returns its id
   */
  readonly start: (items: number, options?: Readonly<Record<string, unknown>>) => Promise<string>;
}

const nothingApp = path.resolve(import.meta.dirname, '../../nothing');

export async function startBenchSystem({
  work,
  workers = 1,
  proxy,
  polling,
  face = {},
  env,
}: BenchOptions): Promise<BenchSystem> {
  const about = {
    polling: polling ?? null,
    isDirect: proxy === undefined,
    ...(proxy && { proxy }),
    ...(env && { env }),
  };
  return work === 'images'
    ? await startImages({ ...about, processes: { detect: workers } }, face)
    : await startNothing(workers, about);
}

async function startImages(options: TestSystemOptions, face: StubFaceOptions | string): Promise<BenchSystem> {
  const { system, mostAtOnce } =
    typeof face === 'string' ? await startWith(face, options) : await startWithStub({ ...options, face });
  const pidsOf = (app: 'intake' | 'detect' | 'aggregate') => system.processes[app].map(({ pid }) => pid);
  return {
    system,
    view: new StorageView(system.storage),
    pids: {
      intake: pidsOf('intake'),
      worker: pidsOf('detect'),
      aggregate: pidsOf('aggregate'),
      storage: system.storagePids(),
    },
    mostAtOnce,
    start: (items, options) => startRun(system.url, '/runs', { urls: imageUrls(items), ...options }),
    [Symbol.asyncDispose]: () => system.stop(),
  };
}

type ImagesSystem = Pick<BenchSystem, 'mostAtOnce'> & { readonly system: TestSystem };

async function startWithStub(options: StubbedSystemOptions): Promise<ImagesSystem> {
  const system = await startStubbedSystem(options);
  return { system, mostAtOnce: () => system.face.mostAtOnce() };
}

async function startWith(faceEndpoint: string, options: TestSystemOptions): Promise<ImagesSystem> {
  await buildApps();
  return { system: await startTestSystem({ ...options, faceEndpoint }), mostAtOnce: () => 0 };
}

async function startNothing(workers: number, about: Parameters<typeof startOwnSystem>[1]): Promise<BenchSystem> {
  const system = await startOwnSystem(nothingApp, about);
  const { intake, worker, aggregate } = system.processes;
  const more = await Promise.all(Array.from({ length: workers - 1 }, () => system.start('worker')));
  return {
    system,
    view: new StorageView(system.storage),
    pids: {
      intake: [intake.pid],
      worker: [worker, ...more].map(({ pid }) => pid),
      aggregate: [aggregate.pid],
      storage: system.storagePids(),
    },
    mostAtOnce: () => 0,
    start: (items) =>
      startRun(system.url, '/chains/nothing/runs', { items: Array.from({ length: items }, (_, index) => index) }),
    [Symbol.asyncDispose]: () => system.stop(),
  };
}
