import { setTimeout as sleep } from 'node:timers/promises';
import type { HostProcess } from '@tally/local-host';
import { type StubbedSystem, startStubbedSystem } from '@tally/test-system';
import { type Disturbance, type StubAnswer, type StubFaceOptions, TestClock, temporaryFolder } from '@tally/testing';
import { type ChaosApp, chaosApps } from './apps.ts';
import { answerOf, faceIn, type Outage, storageIn } from './outages.ts';
import { replaceWorker } from './replace-worker.ts';
import { peekAll } from './storage-view.ts';
import { Traffic } from './traffic.ts';
import { recordedWorks } from './works/recorded-works.ts';
import { Recorder, type Respond } from './works/recorder.ts';
import type { Works } from './works/works.ts';

/** What disturbs a system; none: it is left in peace. */
export interface Disturbances {
  readonly storage: Disturbance;
  /** What the Face endpoint does to a call for an image; undefined: it looks at the image. */
  readonly face: (url: string) => StubAnswer | undefined;
  /** What the work of orders and media runs into; absent: nothing. */
  readonly work?: Respond;
}

export interface ChaosOptions extends Pick<StubFaceOptions, 'delayMs'> {
  /** What stands in the place of orders and media. Default: apps whose handlers do nothing but ask the recorder. */
  readonly works?: Works;
  /** Of all apps. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Longer than the lease of a message, which the Functions host fixes at ten minutes. */
const LONGER_THAN_A_LEASE_MS = 630_000;
/** A storage on which nobody has asked anything for so long, and where no message waits, is quiet. */
const QUIET_MS = 150;
const LOOK_MS = 25;
/** An outage is lived through in steps, in each of which whoever tries again by the clock meets it. */
const OUTAGE_STEP_MS = 15_000;
/** What a busy machine may take to come to rest; longer means that something goes round in a circle. */
const QUIET_GUARD_MS = 300_000;
/** Orders and media have sixteen queues and as many for poison: looked at as often as the others, they would take the machine for themselves. */
const SELDOM = { AzureFunctionsJobHost__extensions__queues__maxPollingInterval: '00:00:00.500' };

interface Present {
  disturbances: Disturbances | null;
  outage: Outage | null;
}

/**
 * A whole system under test: the real apps under the local host, real storage, a stub of the Face endpoint, one clock for all. Everything that can
 * happen to it is a method.
 */
export class ChaosSystem {
  readonly clock: TestClock;
  readonly #system: StubbedSystem;
  readonly #removeFolder: () => Promise<void>;
  readonly #traffic: Traffic;
  readonly #present: Present;
  readonly #hosts: Record<ChaosApp, HostProcess[]>;
  /** Where the work of orders and media is done. */
  readonly recorder: Recorder;
  readonly #works: Works;
  #skewMs = 0;
  #calls = 0;
  readonly #killed = new Set<HostProcess>();
  /** Hosts that ended although nobody had killed them. */
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
   * Starts one process of each app of face-happiness; those of orders and media come by {@link arrange}.
   * @param options `delayMs`: how long the Face endpoint looks at an image
   */
  static async start({ delayMs = 0, works, env }: ChaosOptions = {}): Promise<ChaosSystem> {
    const folder = await temporaryFolder();
    const clock = new TestClock(folder.path);
    const traffic = new Traffic();
    const present: Present = { disturbances: null, outage: null };
    const system = await startStubbedSystem({
      clock,
      // A call that hangs is given up after a second, or a schedule would take minutes.
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

  /** Leads straight to the storage, past the faults. */
  get storage(): string {
    return this.#system.storage;
  }

  /** Where the API answers; of several intakes another one each time. */
  get url(): string {
    this.#calls += 1;
    const host = this.#hosts.intake[this.#calls % this.#hosts.intake.length];
    if (host === undefined) throw new Error('there is no intake');
    return host.url;
  }

  /** Requests to the storage so far, without looks at empty queues. */
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

  /** From now on these faults happen; null: none. */
  disturb(disturbances: Disturbances | null): void {
    this.#present.disturbances = disturbances;
  }

  /** Brings each app to so many processes, those that aren't named to none; the clock of those with the timer is wrong by `skewMs`. */
  async arrange(processes: Readonly<Partial<Record<ChaosApp, number>>>, skewMs: number): Promise<void> {
    await Promise.all(chaosApps.map((app) => this.#bringTo(app, processes[app] ?? 0)));
    this.#skewMs = skewMs;
    for (const { pid } of this.#hosts.aggregate) this.clock.skew(pid, skewMs);
  }

  /** SIGKILL, as a power cut; then the process is started again, as a platform does. Until then who calls it finds nobody there. */
  async kill(app: ChaosApp, place: number): Promise<void> {
    const victim = this.#hosts[app][place % this.#hosts[app].length];
    if (victim === undefined) return;
    await this.#end(victim);
    const next = await this.#start(app);
    this.#hosts[app] = this.#hosts[app].map((host) => (host === victim ? next : host));
  }

  /** SIGKILL of the process in which an app's functions run, where that is apart; resolves when its host has started another one. */
  async killWorker(app: ChaosApp): Promise<void> {
    for (const host of this.#hosts[app]) this.clock.tell(await replaceWorker(host));
  }

  /** Which of an app's processes has this id; -1: none any more. */
  placeOf(app: ChaosApp, pid: number): number {
    return this.#hosts[app].findIndex((host) => host.pid === pid);
  }

  /** SIGKILL, and nobody takes the process's place. */
  async lose(app: ChaosApp): Promise<void> {
    const victim = this.#hosts[app].pop();
    if (victim !== undefined) await this.#end(victim);
  }

  /** The process stands still while for everybody else more than a lease goes by. */
  async freeze(app: ChaosApp, place: number): Promise<void> {
    const victim = this.#hosts[app][place % this.#hosts[app].length];
    if (victim === undefined) return;
    process.kill(victim.pid, 'SIGSTOP');
    try {
      // What it had asked for comes to an answer that nobody reads.
      await sleep(QUIET_MS);
      await this.passTime(LONGER_THAN_A_LEASE_MS);
      await this.quiet(1_500);
    } finally {
      process.kill(victim.pid, 'SIGCONT');
    }
  }

  /**
   * For so long, by everybody's clock, this is away for all.
   * @param meanwhile what else happens during it
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

  /** Puts everybody's clock forward and has both timers pass, the watchdog and the purge, as they would have by then. */
  async passTime(ms: number): Promise<void> {
    this.clock.advance(ms);
    const pass = async (url: string, name: 'watchdog' | 'purge') => {
      const headers = { 'content-type': 'application/json' };
      const signal = AbortSignal.timeout(2_000);
      await fetch(`${url}/admin/functions/${name}`, { method: 'POST', headers, body: '{"input":""}', signal });
    };
    const passes = this.#hosts.aggregate.flatMap(({ url }) => [pass(url, 'watchdog'), pass(url, 'purge')]);
    // One that is just being killed or stands still doesn't answer; the next pass will.
    await Promise.allSettled(passes);
  }

  /**
   * Resolves when nothing moves any more: no request for a while, no visible message, no image in work. Time is put forward then; doing so a moment too
   * early would be one more fault, so nothing depends on how well it is judged.
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
