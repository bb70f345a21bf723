import {
  createHttpHeaders,
  type HttpClient,
  type HttpHeaders,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { type Dispatcher, Pool } from 'undici';
import { DELAY_HEADERS } from './retry-after.ts';

/**
 * A socket that was idle for this long is closed here, before the endpoint or a proxy in front of it closes
 * it.
 */
const KEEP_ALIVE_MS = 30_000;

/**
 * Carries the library's requests to one endpoint, over as many sockets as there may be calls. A call takes
 * less than half the CPU that it takes through the library's own client. It supports no proxy.
 */
export class FaceTransport implements HttpClient {
  readonly #origin: string;
  readonly #pool: Pool;

  constructor(endpoint: string, sockets: number) {
    this.#origin = new URL(endpoint).origin;
    // The caller's signal ends a call.
    const noLimit = { headersTimeout: 0, bodyTimeout: 0 };
    this.#pool = new Pool(this.#origin, {
      connections: sockets,
      keepAliveTimeout: KEEP_ALIVE_MS,
      ...noLimit,
    });
  }

  /** @throws RestError for a connection that failed; the signal's reason when it fires */
  readonly sendRequest: HttpClient['sendRequest'] = async (request) => {
    // The library has made it from the endpoint, so it is not parsed a second time.
    if (!request.url.startsWith(`${this.#origin}/`)) throw new TypeError(`not of the endpoint: ${request.url}`);
    const path = request.url.slice(this.#origin.length);
    // An answer is a few hundred bytes, so compression would cost more than it saves.
    const headers = Object.assign(request.headers.toJSON(), { 'accept-encoding': 'identity' });
    const body = textOf(request);
    const answer = new Answer(request);
    this.#pool.dispatch({ method: 'POST', path, headers, body }, answer);
    return await answer.whole;
  };

  /** Calls under way fail. */
  close(): void {
    void this.#pool.destroy();
  }
}

/** Collects the parts of one answer. A stream for each would cost a quarter of the call. */
class Answer implements Dispatcher.DispatchHandler {
  readonly whole: Promise<PipelineResponse>;
  readonly #request: PipelineRequest;
  readonly #signal: AbortSignal;
  readonly #end: PromiseWithResolvers<PipelineResponse> = Promise.withResolvers();
  readonly #parts: Buffer[] = [];
  #status = 0;
  #headers: HttpHeaders = createHttpHeaders();
  /** Absent while the request waits for a socket. */
  #controller: Dispatcher.DispatchController | undefined;

  constructor(request: PipelineRequest) {
    this.#request = request;
    this.#signal = signalOf(request);
    this.#signal.throwIfAborted();
    this.#signal.addEventListener('abort', this.#stop, { once: true });
    this.whole = this.#end.promise;
  }

  readonly #stop = (): void => {
    const reason = reasonOf(this.#signal);
    this.#end.reject(reason);
    this.#controller?.abort(reason);
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) this.#stop();
  }

  onResponseStart(_controller: unknown, status: number, headers: Received): void {
    this.#status = status;
    this.#headers = headersOf(headers);
  }

  onResponseData(_controller: unknown, part: Buffer): void {
    this.#parts.push(part);
  }

  onResponseEnd(): void {
    this.#signal.removeEventListener('abort', this.#stop);
    const bodyAsText = Buffer.concat(this.#parts).toString('utf8');
    this.#end.resolve({ request: this.#request, status: this.#status, headers: this.#headers, bodyAsText });
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#signal.removeEventListener('abort', this.#stop);
    const code = 'code' in error ? String(error.code) : RestError.REQUEST_SEND_ERROR;
    this.#end.reject(new RestError(error.message || code, { code, request: this.#request }));
  }
}

type Received = Readonly<Record<string, string | string[] | undefined>>;

/** @throws TypeError for a request that isn't a detect call */
function textOf({ method, body }: PipelineRequest): string {
  if (method !== 'POST' || typeof body !== 'string') throw new TypeError(`not a request for an image: ${method}`);
  return body;
}

/** @throws TypeError for a call without a signal, which nothing could end */
function signalOf({ abortSignal }: PipelineRequest): AbortSignal {
  if (!(abortSignal instanceof AbortSignal)) throw new TypeError('a request without a signal');
  return abortSignal;
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new DOMException('The call was ended.', 'AbortError');
}

/** The library reads how the body is to be parsed, Tally when to call again. To keep the others takes longer. */
const READ_HEADERS: readonly string[] = ['content-type', ...DELAY_HEADERS];

function headersOf(received: Received): HttpHeaders {
  const headers = createHttpHeaders();
  for (const name of READ_HEADERS) {
    const { [name]: value } = received;
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}
