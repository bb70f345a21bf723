import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { closeServer, listenOnLoopback } from './loopback-server.ts';

/** What the stub does with one image. */
export type StubAnswer =
  /** Faces with these values of happiness, each 0..1. */
  | { faces: readonly number[] }
  /** An error in the format of Azure's Face service. */
  | { status: number; code: string; message?: string; retryAfterSeconds?: number }
  /** 200 with this text, whatever it contains. */
  | { text: string }
  /** No answer while the stub runs. */
  | 'hang'
  /** The connection breaks. */
  | 'reset';

export type StubFaceOptions = {
  /** How long an image takes. */
  delayMs?: number | ((url: string) => number);
  /** @param tries how often this URL was asked for before, at first 0 */
  respond?: (url: string, tries: number) => StubAnswer;
  /** An image isn't answered before this has ended, for tests that control it. */
  until?: (url: string) => Promise<void>;
};

export type StubFace = {
  /** For `FACE_ENDPOINT`. */
  endpoint: string;
  /** How often each URL was asked for. */
  requests: ReadonlyMap<string, number>;
  /** The number of images in work now. */
  atOnce(): number;
  /** The most images that were in work at the same time. */
  mostAtOnce(): number;
  stop(): Promise<void>;
};

/** The happiness of a URL's only face in the stub: 0..1 in steps of 1/1000, the same in each run. */
export function happinessOf(url: string): number {
  return (hash('sha256', url, 'buffer').readUInt32BE(0) % 1_001) / 1_000;
}

/** The body with which the stub answers for a URL, unless it is told otherwise: one face. */
export function stubbedFaces(url: string): readonly object[] {
  return [toFace(happinessOf(url), 0)];
}

const bodySchema = z.object({ url: z.string() });

/** The image that a call's body names. */
export function askedUrl(body: string): string {
  return bodySchema.parse(JSON.parse(body)).url;
}

/**
 * Starts a Face endpoint (`POST /face/v1.2/detect` with a URL) that looks at no image. It is for tests of
 * everything else.
 */
export async function startStubFace(options: StubFaceOptions = {}): Promise<StubFace> {
  const respond = options.respond ?? ((url) => ({ faces: [happinessOf(url)] }));
  const requests = new Map<string, number>();
  let atOnce = 0;
  let most = 0;
  const server = createServer((incoming, outgoing) => {
    const handle = async (): Promise<void> => {
      const url = askedUrl(await readText(incoming));
      const tries = requests.get(url) ?? 0;
      requests.set(url, tries + 1);
      most = Math.max(most, ++atOnce);
      outgoing.once('close', () => atOnce--);
      const { delayMs = 0 } = options;
      const takesMs = typeof delayMs === 'number' ? delayMs : delayMs(url);
      if (takesMs > 0) await setTimeout(takesMs);
      await options.until?.(url);
      answer(outgoing, respond(url, tries));
    };
    if (incoming.method !== 'POST' || incoming.url?.startsWith('/face/v1.2/detect') !== true) {
      answer(outgoing, { status: 404, code: '404', message: 'Resource not found' });
    } else {
      handle().catch((error: unknown) =>
        answer(outgoing, { status: 400, code: 'BadArgument', message: String(error) }),
      );
    }
  });
  const port = await listenOnLoopback(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    atOnce: () => atOnce,
    mostAtOnce: () => most,
    stop: () => closeServer(server),
  };
}

function answer(outgoing: ServerResponse, what: StubAnswer): void {
  if (what === 'hang') return;
  if (what === 'reset') {
    outgoing.socket?.resetAndDestroy();
  } else if ('faces' in what) {
    sendJson(outgoing, 200, what.faces.map(toFace));
  } else if ('text' in what) {
    outgoing.writeHead(200, { 'Content-Type': 'text/html' }).end(what.text);
  } else {
    const { status, code, message = 'The stub was told to fail.', retryAfterSeconds } = what;
    outgoing.setHeader('x-ms-error-code', code);
    if (retryAfterSeconds !== undefined) outgoing.setHeader('Retry-After', retryAfterSeconds);
    sendJson(outgoing, status, { error: { code, message } });
  }
}

function toFace(happiness: number, index: number): object {
  const rest = { anger: 0, contempt: 0, disgust: 0, fear: 0, sadness: 0, surprise: 0 };
  return {
    faceRectangle: { top: 10, left: 10 + 100 * index, width: 80, height: 80 },
    faceAttributes: { smile: happiness, emotion: { ...rest, happiness, neutral: Number((1 - happiness).toFixed(3)) } },
  };
}

function sendJson(outgoing: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  outgoing
    .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
    .end(body);
}

async function readText(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += String(chunk);
  return text;
}
