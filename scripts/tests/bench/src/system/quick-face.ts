import { createServer, type Socket } from 'node:net';
import { askedUrl, listenOnLoopback, stubbedFaces } from '@tally/testing';

/** A Face endpoint that answers each call at once, with one face. */
export interface QuickFace extends AsyncDisposable {
  /** For `FACE_ENDPOINT`. */
  readonly endpoint: string;
}

const HEAD_END = '\r\n\r\n';

/**
 * Reads and writes HTTP by itself, and only what the calls of a measurement need. It shares its cores with what is
 * measured, where a real endpoint would take nothing of them, and `node:http` takes twice as long for a call.
 * @param onCall is called before each answer
 */
export async function startQuickFace(onCall: () => void = () => undefined): Promise<QuickFace> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    let text = '';
    socket.setNoDelay(true).on('error', () => socket.destroy());
    // A character a byte, so that lengths in the text are lengths in bytes. Addresses of images are ASCII.
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part;
      for (let call = firstCall(text); call !== null; call = firstCall(text)) {
        text = text.slice(call.length);
        onCall();
        socket.write(answerTo(call.body), 'latin1');
      }
    });
  });
  const port = await listenOnLoopback(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The first request of a connection's text, as soon as it is complete. */
function firstCall(text: string): { readonly length: number; readonly body: string } | null {
  const headLength = text.indexOf(HEAD_END);
  if (headLength === -1) return null;
  const [, bodyLength] = /^content-length: (\d+)\r$/im.exec(text.slice(0, headLength + 1)) ?? [];
  if (bodyLength === undefined) throw new Error(`a request without a length: ${text.slice(0, headLength)}`);
  const begin = headLength + HEAD_END.length;
  const end = begin + Number(bodyLength);
  return text.length < end ? null : { length: end, body: text.slice(begin, end) };
}

function answerTo(body: string): string {
  const faces = JSON.stringify(stubbedFaces(askedUrl(body)));
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${faces.length}${HEAD_END}${faces}`;
}
