import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { closeServer, listenOnLoopback } from '@tally/testing';
import { resultOf, type WorkAnswer, type WorkCall, workCallSchema } from '../../works/src/protocol.ts';

/**
 * The reaction to a call. The work is done, fails, or is refused permanently with a code. Or the connection
 * is reset, or there is no answer.
 */
export type Behaviour = 'do' | 'fail' | { readonly fatal: string } | 'reset' | 'hang';

/** @param tries how often the same work was requested before; 0 at first */
export type Respond = (call: WorkCall, tries: number) => Behaviour | Promise<Behaviour>;

/** A piece of work that a handler was called for, by its key. */
export interface Effect {
  readonly call: WorkCall;
  /** The answers to its calls, in order. */
  readonly answers: readonly Exclude<Behaviour, 'hang'>[];
}

/**
 * Does the work of the handlers of orders and media. It keeps finished work by its key, as a mail server does
 * by a Message-ID.
 */
export class Recorder {
  readonly #effects = new Map<string, { call: WorkCall; tries: number; answers: Exclude<Behaviour, 'hang'>[] }>();
  readonly #server = createServer((incoming, outgoing) => {
    this.#answer(incoming, outgoing).catch((error: unknown) => {
      this.faults.push(String(error));
      outgoing.destroy();
    });
  });
  readonly #respond: Respond;
  #url = '';
  #atOnce = 0;
  /** Calls that no handler may make. */
  readonly faults: string[] = [];

  private constructor(respond: Respond) {
    this.#respond = respond;
  }

  static async start(respond: Respond): Promise<Recorder> {
    const recorder = new Recorder(respond);
    recorder.#url = `http://127.0.0.1:${await listenOnLoopback(recorder.#server)}`;
    return recorder;
  }

  get url(): string {
    return this.#url;
  }

  /** Calls that wait for their answer. */
  get atOnce(): number {
    return this.#atOnce;
  }

  /** Everything that was ever requested for a run, in all its generations. */
  effectsOf(runId: string): readonly Effect[] {
    return [...this.#effects.values()].filter(({ call }) => call.runId === runId);
  }

  async stop(): Promise<void> {
    await closeServer(this.#server);
  }

  async #answer(incoming: NodeJS.ReadableStream, outgoing: ServerResponse): Promise<void> {
    this.#atOnce += 1;
    outgoing.once('close', () => {
      this.#atOnce -= 1;
    });
    const call = workCallSchema.parse(JSON.parse(await text(incoming)));
    const known = this.#effects.get(call.key) ?? { call, tries: 0, answers: [] };
    this.#effects.set(call.key, known);
    this.#check(call, known.call);
    const tries = known.tries++;
    const behaviour = await this.#respond(call, tries);
    if (behaviour === 'hang') return;
    known.answers.push(behaviour);
    if (behaviour === 'reset') outgoing.destroy();
    else if (behaviour === 'fail') outgoing.writeHead(503).end();
    else {
      const answer: WorkAnswer = behaviour === 'do' ? { result: resultOf(call.node, call.key) } : behaviour;
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    }
  }

  /** A key names one piece of work: every further call with the key must request the same work. */
  #check(call: WorkCall, known: WorkCall): void {
    if (!isDeepStrictEqual({ ...call, attempt: 0, pid: 0 }, { ...known, attempt: 0, pid: 0 }))
      this.faults.push(`${call.key} was first ${JSON.stringify(known)} and then ${JSON.stringify(call)}`);
  }
}
