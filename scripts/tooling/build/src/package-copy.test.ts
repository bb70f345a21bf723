import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectPackages, copyPackages } from './package-copy.ts';

describe('copied packages', () => {
  let root: string;
  let service: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tally-packages-'));
    service = join(root, 'services', 'face');
    mkdirSync(service, { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function install(path: string, manifest: Record<string, unknown> = {}): void {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, 'package.json'), JSON.stringify({ version: '1.0.0', ...manifest }));
  }

  it('come with their dependencies, nested as npm nested them', async () => {
    install('node_modules/native', { dependencies: { shared: '^2', other: '^1' } });
    install('node_modules/native/node_modules/shared', { version: '2.0.0' });
    install('node_modules/other', { dependencies: { shared: '^1', native: '^1' } });
    install('node_modules/shared');
    install('services/face/node_modules/local', { version: '3.0.0' });
    const packages = collectPackages(['native', 'local'], service);
    expect(packages.map(({ target, version }) => `${target}@${version}`).sort()).toEqual([
      'node_modules/local@3.0.0',
      'node_modules/native/node_modules/shared@2.0.0',
      'node_modules/native@1.0.0',
      'node_modules/other@1.0.0',
      'node_modules/shared@1.0.0',
    ]);
    const out = join(root, 'out');
    await copyPackages(packages, out);
    for (const { target } of packages) expect(existsSync(join(out, target, 'package.json'))).toBe(true);
  });

  it('leave out what npm left out for this platform, and unneeded nested packages', async () => {
    install('node_modules/native', { dependencies: { win: '1' }, optionalDependencies: { win: '1' } });
    install('node_modules/native/node_modules/unneeded');
    const packages = collectPackages(['native'], service);
    expect(packages.map(({ name }) => name)).toEqual(['native']);
    await copyPackages(packages, join(root, 'out'));
    expect(existsSync(join(root, 'out/node_modules/native/node_modules'))).toBe(false);
  });

  it('are refused if missing, a workspace, or two versions in one place', () => {
    expect(() => collectPackages(['ghost'], service)).toThrow('"ghost", needed from');
    install('shared/own');
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    symlinkSync(join(root, 'shared/own'), join(root, 'node_modules/own'));
    expect(() => collectPackages(['own'], service)).toThrow('is a workspace');
    install('node_modules/native', { dependencies: { twice: '1' } });
    install('node_modules/twice');
    install('services/face/node_modules/twice', { version: '2.0.0' });
    expect(() => collectPackages(['twice', 'native'], service)).toThrow('Two versions of "twice"');
  });
});
