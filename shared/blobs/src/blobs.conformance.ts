import { beforeAll, describe, expect, test } from 'vitest';
import { allBytes } from './bounded.ts';
import { BlobChangedError, BlobMissingError, BlobNameError, BlobTooLargeError } from './errors.ts';
import type { BlobStore } from './port.ts';

const MIB = 1024 * 1024;

let names = 0;

/** What every implementation of the port does, in memory or on an account. */
export function describeBlobs(title: string, connect: () => Promise<BlobStore>): void {
  describe(`blobs: ${title}`, () => {
    let store: BlobStore;
    beforeAll(async () => {
      store = await connect();
      await store.createContainers(['first', 'second']);
    });
    const newPlace = () => {
      names += 1;
      return { container: 'first', name: `folder ${names}/file~2e & 100%2F?#ä🙂.bin` };
    };
    const text = async (at: { container: string; name: string }) =>
      Buffer.from(await allBytes(await store.get(at))).toString();
    const put = (at: { container: string; name: string }, words: string) =>
      store.put(at, Buffer.from(words), { contentType: 'text/plain', maxBytes: 100 });

    test('creating an existing container changes nothing', async () => {
      const at = newPlace();
      await put(at, 'kept');
      await store.createContainers(['first']);
      expect(await text(at)).toBe('kept');
    });

    test('a blob is read as it was written, with the properties of the write', async () => {
      const at = newPlace();
      const written = await put(at, 'wörds');
      expect(written).toMatchObject({ bytes: 6, contentType: 'text/plain' });
      expect(await store.head(at)).toEqual(written);
      expect(await text(at)).toBe('wörds');
    });

    test('a write replaces the blob of the same name with another version', async () => {
      const at = newPlace();
      const first = await put(at, 'first');
      const second = await store.put(at, Buffer.from('2nd'), { contentType: 'image/png', maxBytes: 3 });
      expect(second.etag).not.toBe(first.etag);
      expect(await store.head(at)).toEqual({ bytes: 3, contentType: 'image/png', etag: second.etag });
      expect(await text(at)).toBe('2nd');
    });

    test('a stream of several blocks arrives completely, with chunks of any size', async () => {
      const at = newPlace();
      const whole = Buffer.alloc(9 * MIB + 17);
      for (let index = 0; index < whole.length; index += 1) whole[index] = (index * 31) % 251;
      const chunks = async function* () {
        const sizes = [1, 0, 5 * MIB, 70_000, 3];
        for (let from = 0, turn = 0; from < whole.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          yield whole.subarray(from, from + size);
          from += size;
        }
      };
      const stored = await store.put(at, chunks(), { contentType: 'video/mp4', maxBytes: whole.length });
      expect(stored.bytes).toBe(whole.length);
      expect(Buffer.compare(await allBytes(await store.get(at)), whole)).toBe(0);
    });

    test('an empty body is a blob, too', async () => {
      for (const body of [new Uint8Array(), (async function* (): AsyncGenerator<Uint8Array> {})()]) {
        const at = newPlace();
        await store.put(at, body, { contentType: 'text/plain', maxBytes: 0 });
        expect((await store.head(at)).bytes).toBe(0);
        expect(await text(at)).toBe('');
      }
    });

    test.each([
      ['bytes', () => Buffer.alloc(5 * MIB)],
      [
        'a stream',
        async function* () {
          for (let mib = 0; mib < 5; mib += 1) yield Buffer.alloc(MIB);
        },
      ],
    ])('%s beyond the bound keep the old blob', async (_, body) => {
      const at = newPlace();
      await put(at, 'before');
      const options = { contentType: 'text/plain', maxBytes: 5 * MIB - 1 };
      await expect(store.put(at, body(), options)).rejects.toBeInstanceOf(BlobTooLargeError);
      expect(await text(at)).toBe('before');
    });

    test('a body that fails keeps the old blob, and its error is thrown', async () => {
      const at = newPlace();
      await put(at, 'before');
      const body = async function* () {
        yield Buffer.alloc(5 * MIB);
        throw new Error('the source is gone');
      };
      await expect(store.put(at, body(), { contentType: 'text/plain', maxBytes: 10 * MIB })).rejects.toThrow(
        'the source is gone',
      );
      expect(await text(at)).toBe('before');
    });

    test('a signal aborts a write with its reason', async () => {
      const at = newPlace();
      const controller = new AbortController();
      const body = async function* () {
        yield Buffer.from('a');
        controller.abort(new Error('enough'));
        yield Buffer.from('b');
      };
      const options = { contentType: 'text/plain', maxBytes: 100, signal: controller.signal };
      await expect(store.put(at, body(), options)).rejects.toThrow('enough');
      await expect(store.head(at)).rejects.toBeInstanceOf(BlobMissingError);
    });

    test('ranges are returned as asked for; a range behind the end is empty', async () => {
      const at = newPlace();
      await put(at, '0123456789');
      const range = async (offset: number, length?: number) =>
        Buffer.from(await allBytes(await store.get(at, { offset, length }))).toString();
      expect(await range(3, 4)).toBe('3456');
      expect(await range(8, 100)).toBe('89');
      expect(await range(7)).toBe('789');
      expect(await range(10, 5)).toBe('');
      expect(await range(2, 0)).toBe('');
    });

    test('a version is readable as long as it is the current one', async () => {
      const at = newPlace();
      const { etag } = await put(at, 'first');
      expect(Buffer.from(await allBytes(await store.get(at, { etag }))).toString()).toBe('first');
      await put(at, 'second');
      await expect(store.get(at, { etag })).rejects.toBeInstanceOf(BlobChangedError);
    });

    test('a missing blob is distinguished from a missing container', async () => {
      const at = newPlace();
      await expect(store.get(at)).rejects.toThrow(new BlobMissingError(at));
      await expect(store.head(at)).rejects.toBeInstanceOf(BlobMissingError);
      await expect(store.copy(at, { container: 'second', name: 'copy' })).rejects.toBeInstanceOf(BlobMissingError);
      const nowhere = { container: 'no-such-container', name: 'a' };
      await expect(store.get(nowhere)).rejects.not.toBeInstanceOf(BlobMissingError);
      await expect(put(nowhere, 'a')).rejects.toThrow(/exist/);
    });

    test('a copy has content and type of its source, and replaces the old blob', async () => {
      const at = newPlace();
      const { etag } = await put(at, 'original');
      const to = { container: 'second', name: newPlace().name };
      await put(to, 'old');
      const copied = await store.copy(at, to, { etag });
      expect(copied).toMatchObject({ bytes: 8, contentType: 'text/plain' });
      expect(await store.head(to)).toEqual(copied);
      expect(await text(to)).toBe('original');
    });

    test('nothing is copied from a source that was overwritten meanwhile', async () => {
      const at = newPlace();
      const { etag } = await put(at, 'checked');
      await put(at, 'another');
      const to = { container: 'second', name: newPlace().name };
      await expect(store.copy(at, to, { etag })).rejects.toBeInstanceOf(BlobChangedError);
      await expect(store.head(to)).rejects.toBeInstanceOf(BlobMissingError);
    });

    test('a folder is deleted with its content, and nothing that only has the same prefix', async () => {
      const inside = ['run/a', 'run/b', ...Array.from({ length: 10 }, (_, file) => `run/deep/er/${file}`)];
      for (const name of [...inside, 'run1/a', 'run.b']) await put({ container: 'second', name }, 'x');
      expect(await store.deleteFolder('second', 'run')).toBe(inside.length);
      expect(await store.deleteFolder('second', 'run')).toBe(0);
      expect(await store.deleteFolder('no-such-folder', 'run')).toBe(0);
      expect(await text({ container: 'second', name: 'run1/a' })).toBe('x');
      expect(await text({ container: 'second', name: 'run.b' })).toBe('x');
    });

    test.each([
      '',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      '../second/a',
      'a/../b',
      'a/./b',
      'a.',
      'a\\b',
      'a\nb',
      '\ud800',
      'x'.repeat(1025),
    ])('%j is not a blob name', async (name) => {
      await expect(put({ container: 'first', name }, 'x')).rejects.toBeInstanceOf(BlobNameError);
      await expect(store.get({ container: 'first', name })).rejects.toBeInstanceOf(BlobNameError);
      await expect(store.link({ container: 'first', name }, 60_000)).rejects.toBeInstanceOf(BlobNameError);
      await expect(store.deleteFolder('first', name)).rejects.toBeInstanceOf(BlobNameError);
      const good = { container: 'first', name: 'a' };
      await expect(store.copy(good, { container: 'first', name })).rejects.toThrow();
    });

    test.each(['', '..', 'a', 'First', 'a--b', 'first/x', '$root'])('%j is not a container name', async (container) => {
      await expect(store.createContainers([container])).rejects.toBeInstanceOf(BlobNameError);
      await expect(put({ container, name: 'x' }, 'x')).rejects.toBeInstanceOf(BlobNameError);
    });

    test.each([59_999, 6 * 24 * 3_600_000 + 1, Number.NaN])('a link is not valid for %d ms', async (validMs) => {
      await expect(store.link(newPlace(), validMs)).rejects.toThrow(RangeError);
    });
  });
}
