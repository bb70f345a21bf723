import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildService } from './build-service.ts';

const fixture = join(import.meta.dirname, '..', 'fixtures', 'hello');

describe('a built service', () => {
  let dir: string;
  let built: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tally-build-'));
    built = join(dir, 'out', 'hello');
    await buildService(fixture, built);
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('names its entry and only what is copied beside it', () => {
    const zod: unknown = expect.stringMatching(/^4\./);
    const manifest = { name: 'hello', version: '1.2.3', private: true, main: 'dist/main.js', dependencies: { zod } };
    expect(JSON.parse(readFileSync(join(built, 'package.json'), 'utf8'))).toEqual(manifest);
    expect(readFileSync(join(built, 'host.json'), 'utf8')).toBe(readFileSync(join(fixture, 'host.json'), 'utf8'));
    expect(readdirSync(join(built, 'node_modules'))).toEqual(['zod']);
  });

  it('holds extra entries, assets and source maps', () => {
    expect(readdirSync(join(built, 'dist')).sort()).toEqual([
      'greeter.js',
      'greeter.js.map',
      'license.txt',
      'main.js',
      'main.js.map',
    ]);
    expect(readFileSync(join(built, 'models', 'greeting.json'), 'utf8')).toContain('good day');
  });

  it('loads from a folder copied elsewhere, outside the repository, and registers its function', async () => {
    const elsewhere = join(dir, 'elsewhere');
    cpSync(built, join(elsewhere, 'app'), { recursive: true });
    const core = join(elsewhere, 'node_modules', '@azure', 'functions-core');
    mkdirSync(core, { recursive: true });
    writeFileSync(
      join(core, 'index.js'),
      `exports.setProgrammingModel = () => {}; exports.log = () => {};
       exports.registerFunction = ({ name }, handler) => console.log(JSON.stringify([name, handler().jsonBody]));`,
    );
    const script = `require('./app'); console.log(JSON.stringify(require('./app/dist/greeter.js').greeting));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: elsewhere });
    expect(stdout.trim().split('\n')).toEqual([
      '["hello",{"copied":"function","bundled":"function"}]',
      '{"greeting":"good day"}',
    ]);
  });

  it('is the same however often it is built, also by two at once, and leaves nothing behind', async () => {
    const before = readFileSync(join(built, 'dist', 'main.js'), 'utf8');
    await Promise.all([buildService(fixture, built), buildService(fixture, built), buildService(fixture, built)]);
    expect(readFileSync(join(built, 'dist', 'main.js'), 'utf8')).toBe(before);
    expect(readdirSync(join(dir, 'out'))).toEqual(['hello']);
  });

  it('stays as it was when a later build fails', async () => {
    const broken = join(dir, 'broken');
    cpSync(fixture, broken, { recursive: true, filter: (path) => !path.endsWith('build.config.ts') });
    writeFileSync(join(broken, 'src', 'main.ts'), "import './missing.ts';");
    await expect(buildService(broken, built)).rejects.toThrow('missing.ts');
    expect(existsSync(join(built, 'dist', 'main.js'))).toBe(true);
    expect(readdirSync(join(dir, 'out'))).toEqual(['hello']);
  });

  it('is refused with the missing file named', async () => {
    await expect(buildService(join(dir, 'nowhere'), built)).rejects.toThrow('has no src/main.ts');
  });

  it('is refused with the wrong field of its configuration named', async () => {
    const misconfigured = join(dir, 'misconfigured');
    cpSync(fixture, misconfigured, { recursive: true });
    writeFileSync(join(misconfigured, 'build.config.ts'), 'export const bundle = { extrenal: [] };');
    await expect(buildService(misconfigured, built)).rejects.toThrow('extrenal');
  });
});
