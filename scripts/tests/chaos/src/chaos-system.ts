import { setTimeout as sleep } from 'node:timers/promises';
import type { HostProcess } from '@tally/local-host';
import { type StubbedSystem, startStubbedSystem } from '@tally/test-system';
import { type Disturbance, type StubAnswer, type StubFaceOptions, TestClock, temporaryFolder } from '@tally/testing';
import { type ChaosApp, chaosApps } from './apps.ts';
import { answerOf, faceIn, type Outage, storageIn } from './outages.ts';
import { replaceWorker } from './replace-worker.ts';
import { PASS_MS, runTimers } from './run-timers.ts';
import { peekAll } from './storage-view.ts';
import { Traffic } from './traffic.ts';
import { recordedWorks } from './works/recorded-works.ts';
import { Recorder, type Respond } from './works/recorder.ts';
import type { Works } from './works/works.ts';

/** The faults of a system. Without them it runs undisturbed. */
export interface Disturbances {
  readonly storage: Disturbance;
  /** The Face endpoint's reaction to an image. Undefined: it looks at the image. */
  readonly face: (url: string) => StubAnswer | undefined;
  /** The faults in the work of orders and media. Absent: none. */
  readonly work?: Respond;
}

export interface ChaosOptions extends Pick<StubFaceOptions, 'delayMs'> {
  /** What replaces orders and media. Default: apps whose handlers only ask the recorder. */
  readonly works?: Works;
  /** Environment variables of all apps. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Longer than the lease of a message, which the Functions host fixes at ten minutes. */
const LONGER_THAN_A_LEASE_MS = 630_000;
/** A storage without requests for this long, and without a waiting message, is quiet. */
const QUIET_MS = 150;
const LOOK_MS = 25;
/** An outage passes in steps, and each process that retries by the clock meets it in each step. */
const OUTAGE_STEP_MS = 15_000;
/** What a busy machine may take to come to rest. Longer means an endless loop. */
const QUIET_GUARD_MS = 300_000;
/**
 * Orders and media have 16 queues and 16 poison queues. Polled as often as others, they would fill the
 * machine.
 */
const SELDOM = { AzureFunctionsJobHost__extensions__queues__maxPollingInterval: '00:00:00.500' };

interface Present {
  disturbances: Disturbances | null;
  outage: Outage | null;
}

/**
 * A complete system under test: the real apps under the local host, real storage, a stub of the Face
 * endpoint, one clock for all. Each method is something that can happen to it.
 */
export class ChaosSystem {
  readonly clock: TestClock;
  readonly #system: StubbedSystem;
  readonly #removeFolder: () => Promise<void>;
  readonly #traffic: Traffic;
  readonly #present: Present;
  readonly #hosts: Record<ChaosApp, HostProcess[]>;
  /** Does the work of orders and media. */
  readonly recorder: Recorder;
  readonly #works: Works;
  #skewMs = 0;
  #calls = 0;
  /** How much time has passed since the timers ran last. */
  #sincePassMs = 0;
  readonly #killed = new Set<HostProcess>();
  /** Hosts that ended without being killed. */
  readonly died: string[] = [];

  private constructor(
    system: StubbedSystem,
    clock: TestClock,
    traffic: Traffic,
    present: Present,
    recorder: Recorder,
    works: Works,
    removeFolder: () => Promise<void>,
  ) {
    this.recorder = recorder;
    this.#works = works;
    this.#present = present;
    this.#system = system;
    this.clock = clock;
    this.#traffic = traffic;
    this.#removeFolder = removeFolder;
    const { intake, detect, aggregate } = system.processes;
    this.#hosts = { intake: [...intake], detect: [...detect], aggregate: [...aggregate], orders: [], media: [] };
    for (const app of chaosApps) for (const host of this.#hosts[app]) this.#watch(app, host);
  }

  /**
   * Starts one process of each app of face-happiness. {@link arrange} starts those of orders and media.
   * @param options `delayMs`: how long the Face endpoint looks at an image
   */
  static async start({ delayMs = 0, works, env }: ChaosOptions = {}): Promise<ChaosSystem> {
    const folder = await temporaryFolder();
    const clock = new TestClock(folder.path);
    const traffic = new Traffic();
    const present: Present = { disturbances: null, outage: null };
    const system = await startStubbedSystem({
      clock,
      // A call that hangs is given up after a second. Otherwise a schedule would take minutes.
      env: { TALLY_FACE_TIMEOUT_SECONDS: '1', ...env },
      face: { delayMs, respond: (url) => faceIn(present.outage) ?? present.disturbances?.face(url) ?? answerOf(url) },
      proxy: {
        keep: false,
        disturb: (request, forward) =>
          traffic.follow(request, async () => {
            const disturb = storageIn(present.outage) ?? present.disturbances?.storage;
            return await (disturb?.(request, forward) ?? forward());
          }),
      },
    });
    const recorder = await Recorder.start((call, tries) => present.disturbances?.work?.(call, tries) ?? 'do');
    const stand = works ?? recordedWorks(recorder, folder.path);
    return new ChaosSystem(system, clock, traffic, present, recorder, stand, () => folder.remove());
  }

  /** Connects directly to the storage, past the faults. */
  get storage(): string {
    return this.#system.storage;
  }

  /** The address of the API. With several intakes each call returns another one. */
  get url(): string {
    this.#calls += 1;
    const host = this.#hosts.intake[this.#calls % this.#hosts.intake.length];
    if (host === undefined) throw new Error('there is no intake');
    return host.url;
  }

  /** Requests to the storage so far, without polls of empty queues. */
  get requests(): number {
    return this.#traffic.requests;
  }

  /** Every request to the storage so far. */
  get asked(): number {
    return this.#traffic.asked;
  }

  log(): string {
    return this.#system.log();
  }

  /** These faults happen from now on. Null: none. */
  disturb(disturbances: Disturbances | null): void {
    this.#present.disturbances = disturbances;
  }

  /** Brings each app to this many processes, default 0. `skewMs`: error of the timer processes' clock. */
  async arrange(processes: Readonly<Partial<Record<ChaosApp, number>>>, skewMs: number): Promise<void> {
    await Promise.all(chaosApps.map((app) => this.#bringTo(app, processes[app] ?? 0)));
    this.#skewMs = skewMs;
    for (const { pid } of this.#hosts.aggregate) this.clock.skew(pid, skewMs);
  }

  /** SIGKILL, as in a power cut. The process is then restarted, as by a platform. Calls fail until then. */
  async kill(app: ChaosApp, place: number): Promise<void> {
    const victim = this.#hosts[app][place % this.#hosts[app].length];
    if (victim === undefined) return;
    await this.#end(victim);
    const next = await this.#start(app);
    this.#hosts[app] = this.#hosts[app].map((host) => (host === victim ? next : host));
  }

  /** SIGKILL of an app's separate worker processes. Resolves when their hosts have started new ones. */
  async killWorker(app: ChaosApp): Promise<void> {
    for (const host of this.#hosts[app]) this.clock.tell(await replaceWorker(host));
  }

  /** Which of an app's processes has this id; -1 if none has it any more. */
  placeOf(app: ChaosApp, pid: number): number {
    return this.#hosts[app].findIndex((host) => host.pid === pid);
  }

  /** SIGKILL without a replacement. */
  async lose(app: ChaosApp): Promise<void> {
    const victim = this.#hosts[app].pop();
    if (victim !== undefined) await this.#end(victim);
  }

  /** Stops the process while more than a lease passes for all others. */
  async freeze(app: ChaosApp, place: number): Promise<void> {
    const victim = this.#hosts[app][place % this.#hosts[app].length];
    if (victim === undefined) return;
    process.kill(victim.pid, 'SIGSTOP');
    try {
      // Its pending requests are answered, but it doesn't read the answers.
      await sleep(QUIET_MS);
      this.#traffic.forget();
      await this.passTime(LONGER_THAN_A_LEASE_MS);
      await this.quiet(1_500);
    } finally {
      process.kill(victim.pid, 'SIGCONT');
    }
  }

  /**
   * Makes something unavailable for all processes, for `ms` of the system's clock.
   * @param meanwhile what else happens during the outage
   */
  async outage(kind: Outage, ms: number, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    const frozen = kind === 'all processes frozen' ? chaosApps.flatMap((app) => this.#hosts[app]) : [];
    this.#present.outage = kind;
    for (const { pid } of frozen) process.kill(pid, 'SIGSTOP');
    try {
      await meanwhile();
      for (let passed = 0; passed < ms; passed += OUTAGE_STEP_MS) {
        this.clock.advance(Math.min(OUTAGE_STEP_MS, ms - passed));
        await sleep(QUIET_MS);
      }
    } finally {
      for (const { pid } of frozen) if (!this.#isKilled(pid)) process.kill(pid, 'SIGCONT');
      this.#present.outage = null;
    }
  }

  async restartStorage(): Promise<void> {
    await this.#system.restartStorage();
  }

  /**
   * Advances all clocks, and runs both timers, watchdog and purge, if their period is over by then: time that
   * passes in small steps brings no more passes than in large ones.
   */
  async passTime(ms: number): Promise<void> {
    this.clock.advance(ms);
    this.#sincePassMs += ms;
    if (this.#sincePassMs < PASS_MS) return;
    this.#sincePassMs = 0;
    await runTimers(this.#hosts.aggregate.map(({ url }) => url));
  }

  /**
   * Resolves when the system is idle: no request for a while and none without an answer, no visible message,
   * none at work, no image in progress. Time is advanced then. A moment too early would let messages meet that
   * are minutes apart, and on a slow machine as many as a killer image needs to fail its neighbours.
   * @returns false after `guardMs`
   */
  async quiet(guardMs = QUIET_GUARD_MS): Promise<boolean> {
    const until = performance.now() + guardMs;
    while (performance.now() < until) {
      await sleep(LOOK_MS);
      const atWork = this.#system.face.atOnce() + this.#works.atOnce();
      if (!this.#traffic.isQuietFor(QUIET_MS) || atWork > 0) continue;
      if ((await peekAll(this.storage, this.#traffic.queues)) === 0 && this.#traffic.isQuietFor(QUIET_MS)) return true;
    }
    return false;
  }

  async stop(): Promise<void> {
    Object.assign(this.#present, { disturbances: null, outage: null });
    for (const app of chaosApps) for (const host of this.#hosts[app]) this.#killed.add(host);
    await this.#system.stop();
    await this.recorder.stop();
    await this.#removeFolder();
  }

  #isKilled(pid: number): boolean {
    return [...this.#killed].some((host) => host.pid === pid);
  }

  async #end(host: HostProcess): Promise<void> {
    this.#killed.add(host);
    await host.kill('SIGKILL');
    this.#traffic.forget();
  }

  async #bringTo(app: ChaosApp, wanted: number): Promise<void> {
    const gone = this.#hosts[app].splice(wanted);
    for (const host of gone) this.#killed.add(host);
    const missing = wanted - this.#hosts[app].length;
    const more = await Promise.all(Array.from({ length: missing }, () => this.#start(app)));
    this.#hosts[app].push(...more);
    await Promise.all(gone.map((host) => host.stop()));
  }

  async #start(app: ChaosApp): Promise<HostProcess> {
    const host = await this.#startProcess(app);
    if (app === 'aggregate') this.clock.skew(host.pid, this.#skewMs);
    this.#watch(app, host);
    return host;
  }

  async #startProcess(app: ChaosApp): Promise<HostProcess> {
    if (app !== 'orders' && app !== 'media') return await this.#system.startApp(app);
    const { appDir, env } = await this.#works.appOf(app);
    return await this.#system.startOther(app, appDir, { ...env, ...SELDOM });
  }

  #watch(app: ChaosApp, host: HostProcess): void {
    void host.exited.then(({ code, signal }) => {
      if (!this.#killed.has(host)) this.died.push(`${app} ended by itself: ${signal ?? `exit code ${code}`}`);
    });
  }
}
