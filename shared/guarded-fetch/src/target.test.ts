import { describe, expect, it } from 'vitest';
import { type Resolve, resolveTarget } from './target.ts';

const noHosts: ReadonlySet<string> = new Set();

/** A resolver that knows only the given names. */
function names(table: Record<string, readonly string[]>): Resolve {
  return async (hostname) => {
    const addresses = table[hostname];
    if (addresses === undefined) throw new Error(`ENOTFOUND ${hostname}`);
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
}

const resolve = names({
  'photos.example': ['93.184.215.14', '2606:2800:21f::1'],
  'inside.example': ['127.0.0.1'],
  'mixed.example': ['93.184.215.14', '10.0.0.7'],
  'mapped.example': ['::ffff:169.254.169.254'],
  'empty.example': [],
  'demo.example': ['127.0.0.1'],
});

/** A text that contains this part. It is typed, unlike vitest's own matcher. */
const containing = (part: string): unknown => expect.stringContaining(part);

describe('the target of a download', () => {
  it('has exactly the checked addresses', async () => {
    const target = await resolveTarget('https://photos.example/a.jpg?x=1', undefined, noHosts, resolve);
    expect(target.url.href).toBe('https://photos.example/a.jpg?x=1');
    expect(target.addresses).toEqual([
      { address: '93.184.215.14', family: 4 },
      { address: '2606:2800:21f::1', family: 6 },
    ]);
  });

  it('is resolved relative to the redirecting page', async () => {
    const base = new URL('https://photos.example/album/1.jpg');
    const target = await resolveTarget('../b.jpg', base, noHosts, resolve);
    expect(target.url.href).toBe('https://photos.example/b.jpg');
  });

  it.each([
    'http://inside.example/',
    'http://mixed.example/',
    'http://mapped.example/',
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://0/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/latest/meta-data',
    'http://[64:ff9b::7f00:1]/',
    'http://169.254.169.254/metadata/instance',
    'http://168.63.129.16/machine',
    '//10.0.0.1/a.jpg',
  ])('is never internal: %s', async (url) => {
    const base = new URL('http://photos.example/');
    await expect(resolveTarget(url, base, noHosts, resolve)).rejects.toMatchObject({
      code: 'Refused',
      message: containing('not a public one'),
    });
  });

  it.each([
    ['not a URL', 'a photo'],
    ['relative', '/a.jpg'],
    ['ftp', 'ftp://photos.example/a.jpg'],
    ['a file', 'file:///etc/passwd'],
    ['data', 'data:image/png;base64,AAAA'],
    ['credentials', 'http://me:secret@photos.example/a.jpg'],
    ['a user', 'http://me@photos.example/a.jpg'],
    ['an unknown name', 'http://unknown.example/'],
    ['a name without an address', 'http://empty.example/'],
  ])('is not revealed by %s', async (_what, url) => {
    await expect(resolveTarget(url, undefined, noHosts, resolve)).rejects.toMatchObject({ code: 'Refused' });
  });

  it('may be an internal address only if the setting names host and port', async () => {
    const allowHosts = new Set(['127.0.0.1:8080', 'demo.example:80', '[::1]:8080']);
    const go = (url: string) => resolveTarget(url, undefined, allowHosts, resolve);
    await expect(go('http://127.0.0.1:8080/a.jpg')).resolves.toMatchObject({ addresses: [{ address: '127.0.0.1' }] });
    await expect(go('http://demo.example/a.jpg')).resolves.toMatchObject({ addresses: [{ address: '127.0.0.1' }] });
    await expect(go('http://[::1]:8080/a.jpg')).resolves.toMatchObject({ addresses: [{ address: '::1', family: 6 }] });
    for (const url of ['http://127.0.0.1:8081/', 'https://demo.example/', 'http://inside.example:8080/']) {
      await expect(go(url)).rejects.toMatchObject({ code: 'Refused' });
    }
  });
});
