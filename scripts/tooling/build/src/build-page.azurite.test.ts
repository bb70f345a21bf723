import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { buildPage } from './build-page.ts';

const FIRST_VIEW_MAX_BYTES = 90 * 1024;
const intake = join(import.meta.dirname, '..', '..', '..', '..', 'services', 'intake');

let built: string;
let page: string;
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tally-page-'));
  await buildPage({ package: '@tally/dashboard', to: 'page' }, intake, folder);
  built = join(folder, 'page');
  page = readFileSync(join(built, 'index.html'), 'utf8');
  return () => rmSync(folder, { recursive: true });
});

const packed = (content: string | Buffer): number => gzipSync(content, { level: 9 }).length;

/** The files that the page names, and the files that those import at once. */
function firstView(): string[] {
  const named = [...page.matchAll(/(?:src|href)="\/api\/dashboard\/([^"]+)"/g)].map(([, name = '']) => name);
  for (const name of named) {
    const imported = readFileSync(join(built, name), 'utf8').matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g);
    for (const [, file = ''] of imported) if (!named.includes(`assets/${file}`)) named.push(`assets/${file}`);
  }
  return named;
}

test('the first view is at most 90 KB, compressed, and does not contain the graph layout', () => {
  const files = firstView();
  expect(files.length).toBeGreaterThan(2);
  const bytes = files
    .map((name) => packed(readFileSync(join(built, name))))
    .reduce((sum, size) => sum + size, packed(page));
  expect(bytes).toBeLessThan(FIRST_VIEW_MAX_BYTES);
  expect(readdirSync(join(built, 'assets')).filter((name) => name.startsWith('dagre'))).toHaveLength(1);
  expect(files.some((name) => name.includes('dagre'))).toBe(false);
});

test('it contains nothing that its policy forbids: no inline script or style, no address of another host', () => {
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i);
  expect(page).not.toMatch(/(?:src|href)="(?!\/api\/dashboard\/)/);
});

test('a package without a page is refused', async () => {
  await expect(buildPage({ package: '@tally/api', to: 'page' }, intake, built)).rejects.toThrow('@tally/api');
});
