import { allBytes, bounded, oneChunk } from './bounded.ts';
import { BlobChangedError, BlobMissingError } from './errors.ts';
import { checkValidity } from './links.ts';
import { checkAddress, checkContainer } from './names.ts';
import type { BlobAddress, BlobFacts, BlobStore, CopyOptions, GetOptions, PutOptions } from './port.ts';

interface Kept extends BlobFacts {
  readonly content: Uint8Array;
}

/** Blobs in memory, for tests. Its links lead nowhere. */
export class MemoryBlobs implements BlobStore {
  readonly #containers = new Map<string, Map<string, Kept>>();
  #writes = 0;

  async createContainers(names: readonly string[]): Promise<void> {
    for (const name of names) {
      checkContainer(name);
      if (!this.#containers.has(name)) this.#containers.set(name, new Map());
    }
  }

  async put(
    at: BlobAddress,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    { contentType, ...bounds }: PutOptions,
  ): Promise<BlobFacts> {
    const container = this.#container(at);
    bounds.signal?.throwIfAborted();
    const stream = body instanceof Uint8Array ? oneChunk(body) : body;
    const content = Uint8Array.from(await allBytes(bounded(at, stream, bounds)));
    return factsOf(this.#keep(container, at.name, content, contentType));
  }

  async get(at: BlobAddress, { offset = 0, length, etag }: GetOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    const { content } = this.#kept(at, etag);
    return oneChunk(content.slice(offset, length === undefined ? undefined : offset + length));
  }

  async head(at: BlobAddress): Promise<BlobFacts> {
    return factsOf(this.#kept(at));
  }

  async link({ container, name }: BlobAddress, validMs: number): Promise<string> {
    checkAddress({ container, name });
    checkValidity(validMs);
    const path = name.split('/').map(encodeURIComponent).join('/');
    return `https://blobs.invalid/${container}/${path}?valid=${validMs}`;
  }

  async copy(from: BlobAddress, to: BlobAddress, { etag }: CopyOptions = {}): Promise<BlobFacts> {
    const { content, contentType } = this.#kept(from, etag);
    return factsOf(this.#keep(this.#container(to), to.name, content, contentType));
  }

  async deleteFolder(container: string, folder: string): Promise<number> {
    checkAddress({ container, name: folder });
    const blobs = this.#containers.get(container);
    const inside = [...(blobs?.keys() ?? [])].filter((name) => name.startsWith(`${folder}/`));
    for (const name of inside) blobs?.delete(name);
    return inside.length;
  }

  /** The names of all blobs of a container below a folder, sorted. */
  names(container: string, folder: string): string[] {
    const blobs = this.#container({ container, name: folder });
    return [...blobs.keys()].filter((name) => name.startsWith(`${folder}/`)).sort();
  }

  #keep(container: Map<string, Kept>, name: string, content: Uint8Array, contentType: string): Kept {
    this.#writes += 1;
    const kept = { content, bytes: content.byteLength, contentType, etag: `"${this.#writes}"` };
    container.set(name, kept);
    return kept;
  }

  #kept(at: BlobAddress, etag?: string): Kept {
    const kept = this.#container(at).get(at.name);
    if (kept === undefined) throw new BlobMissingError(at);
    if (etag !== undefined && etag !== kept.etag) throw new BlobChangedError(at);
    return kept;
  }

  #container(at: BlobAddress): Map<string, Kept> {
    checkAddress(at);
    const container = this.#containers.get(at.container);
    if (container === undefined) throw new Error(`the container ${at.container} does not exist`);
    return container;
  }
}

function factsOf({ bytes, contentType, etag }: Kept): BlobFacts {
  return { bytes, contentType, etag };
}
