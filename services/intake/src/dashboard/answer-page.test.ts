import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { answerPage } from './answer-page.ts';
import { type PageFile, readPageFiles } from './page-files.ts';

const script = 'assets/index-AbCd_-12.js';
let folder: string;
let files: ReadonlyMap<string, PageFile>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tally-page-'));
  await mkdir(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, ...script.split('/')), 'console.log(1)');
  files = readPageFiles(folder);
  writeFileSync(join(folder, 'late.html'), 'not there at the start');
  return () => rmSync(folder, { recursive: true });
});

const ask = (file: string | undefined, headers: Record<string, string> = {}) =>
  answerPage(
    files,
    { method: 'GET', url: 'http://a/', params: { file }, headers: new Headers(headers) },
    () => new Error('not found'),
  );

describe('the page', () => {
  test('is answered if no file is named, is revalidated each time, and its policy allows only this app', () => {
    for (const name of [undefined, '', 'index.html']) {
      const { status, headers, body } = ask(name);
      expect([status, Buffer.from(body ?? []).toString()]).toEqual([200, '<!doctype html>']);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      });
      const policy = headers['content-security-policy'];
      for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
        expect(policy).toContain(rule);
      expect(policy).not.toContain('unsafe');
    }
  });

  test('a file with a hash in its name is cached forever', () => {
    expect(ask(script).headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
    });
  });

  test('a client that has it already gets 304', () => {
    const { etag = '' } = ask(undefined).headers;
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { status, body, headers } = ask(undefined, { 'if-none-match': known });
      expect([status, body, headers['etag']]).toEqual([304, undefined, etag]);
    }
    expect(ask(undefined, { 'if-none-match': '"other"' }).status).toBe(200);
  });

  test('is compressed for clients that accept it', () => {
    for (const accepted of ['gzip', 'br, gzip;q=0.8', 'GZIP']) {
      const { headers, body } = ask(script, { 'accept-encoding': accepted });
      expect([headers['content-encoding'], headers['vary']]).toEqual(['gzip', 'accept-encoding']);
      expect(gunzipSync(body ?? new Uint8Array()).toString()).toBe('console.log(1)');
    }
    for (const refused of ['', 'br', 'gzip;q=0', 'gzip; q=0.000', 'xgzip'])
      expect(ask(script, { 'accept-encoding': refused }).headers['content-encoding']).toBeUndefined();
  });

  test.each(['late.html', '../host.json', 'assets', 'assets/', 'assets/../index.html', 'INDEX.HTML', '__proto__'])(
    '%s is not in the table, so it is 404',
    (name) => expect(() => ask(name)).toThrow('not found'),
  );

  test('a file of an unknown type keeps the app from starting', () => {
    writeFileSync(join(folder, 'secret.pem'), 'x');
    expect(() => readPageFiles(folder)).toThrow('secret.pem');
  });
});
