import { createServer, type Server, type Socket } from 'node:net';
import { listenOnLoopback } from '@tally/testing';
import type { ClamdPlace } from './clamd.ts';

export interface ClamdDouble {
  readonly place: ClamdPlace;
  /** The complete streams that were sent to it. */
  readonly scanned: readonly Buffer[];
  stop(): Promise<void>;
}

/**
 * A stand-in for clamd, because no clamd is available for every machine. It reads one `INSTREAM` per
 * connection, as clamd's manual describes it, and answers as it is told.
 * @param answer to a complete stream, without the zero at its end; null: the connection is closed without an
 * answer
 */
export async function startClamdDouble(answer: (stream: Buffer) => string | null): Promise<ClamdDouble> {
  const scanned: Buffer[] = [];
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const stream = wholeStream(received);
      if (stream === undefined) return;
      scanned.push(stream);
      const said = answer(stream);
      if (said === null) socket.destroy();
      else socket.end(`${said}\0`);
    });
  });
  const port = await listenOnLoopback(server);
  return {
    place: { host: '127.0.0.1', port },
    scanned,
    stop: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/**
 * `zINSTREAM`, a zero, then chunks, each after its length in four bytes, up to one of length zero; undefined
 * until the stream is complete.
 */
function wholeStream(received: Buffer): Buffer | undefined {
  const command = /^[zn]INSTREAM[\0\n]/.exec(received.subarray(0, 10).toString('latin1'));
  if (command === null) return undefined;
  const chunks: Buffer[] = [];
  for (let at = 10; at + 4 <= received.length; ) {
    const length = received.readUInt32BE(at);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(received.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}
