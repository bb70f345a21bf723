import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { buildService } from './build-service.ts';
import { localSettings } from './local-settings.ts';

const fixture = join(import.meta.dirname, '..', 'fixtures', 'hello');

const localSettingsSchema = z.object({
  IsEncrypted: z.literal(false),
  Values: z.record(z.string(), z.string()),
  Host: z.object({ LocalHttpPort: z.int() }).optional(),
});

const containing = (part: string): unknown => expect.stringContaining(part);

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
    const manifest = { name: 'hello', version: '1.2.3', private: true, type: 'module', main: 'dist/main.cjs' };
    const engines = { node: '>=22.19' };
    expect(JSON.parse(readFileSync(join(built, 'package.json'), 'utf8'))).toEqual({
      ...manifest,
      engines,
      dependencies: { zod },
    });
    expect(readFileSync(join(built, 'host.json'), 'utf8')).toBe(readFileSync(join(fixture, 'host.json'), 'utf8'));
    expect(readdirSync(join(built, 'node_modules'))).toEqual(['zod']);
  });

  it('contains extra entries, assets and source maps', () => {
    const isChunk = (name: string): boolean => /^[\w-]+-[A-Z0-9]{8}\.js(\.map)?$/.test(name);
    const names = readdirSync(join(built, 'dist')).filter((name) => !isChunk(name));
    expect(names.sort()).toEqual(['app.js', 'app.js.map', 'greeter.js', 'greeter.js.map', 'license.txt', 'main.cjs']);
    expect(readFileSync(join(built, 'models', 'greeting.json'), 'utf8')).toContain('good day');
  });

  it('loads from a folder copied outside the repository, and registers its function', async () => {
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

  it('refuses an older Node with one line, and ends a process that catches that too, so that no host runs without its functions', async () => {
    // The process claims an old version of Node instead of running on one. The test at the end holds the code
    // that runs before the check to the oldest syntax.
    const script = `Object.defineProperty(process.versions, 'node', { value: process.argv[1] }); require('./dist/main.cjs');`;
    for (const version of ['20.20.2', '22.18.0']) {
      const refused = promisify(execFile)(process.execPath, ['-e', script, version], { cwd: built });
      await expect(refused).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: containing(`Error: hello needs Node 22.19 or newer; this is ${version}.\n`),
      });
    }
    // As the host's worker does it.
    const caught = `Object.defineProperty(process.versions, 'node', { value: '20.0.0' });
      try { require('./dist/main.cjs'); } catch { setInterval(() => {}, 1000); }`;
    const ended = promisify(execFile)(process.execPath, ['-e', caught], { cwd: built });
    await expect(ended).rejects.toMatchObject({ code: 1 });
    const { code } = await transform(readFileSync(join(built, 'dist', 'main.cjs'), 'utf8'), { target: 'es5' });
    expect(code).toContain('22');
  });

  it('throws what keeps its app from starting, and ends a process that catches it, so that no host runs without its functions', async () => {
    const broken = join(dir, 'without-setting');
    cpSync(built, broken, { recursive: true });
    writeFileSync(join(broken, 'dist', 'app.js'), "throw new Error('A_SETTING: is missing');");
    // As the host's worker does it.
    const caught = `try { require('./dist/main.cjs'); } catch (error) { console.error(error.message); setInterval(() => {}, 1000); }`;
    const ended = promisify(execFile)(process.execPath, ['-e', caught], { cwd: broken });
    await expect(ended).rejects.toMatchObject({ code: 1, stderr: 'A_SETTING: is missing\n' });
  });

  it('comes with development settings without a secret, with which the Core Tools find storage, runtime and each other', () => {
    const settings = localSettingsSchema.parse(JSON.parse(readFileSync(join(built, 'local.settings.json'), 'utf8')));
    expect(settings.Values).toEqual({
      FUNCTIONS_WORKER_RUNTIME: 'node',
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      TallyStorage: 'UseDevelopmentStorage=true',
    });
    const [intake, detect, aggregate, face] = ['intake', 'detect', 'aggregate', 'face'].map((service) =>
      localSettingsSchema.parse(JSON.parse(localSettings(service))),
    );
    const ports = [intake, detect, aggregate, face].map((app) => app?.Host?.LocalHttpPort);
    expect(ports).toEqual([7071, 7072, 7073, 7074]);
    expect(detect?.Values['FACE_ENDPOINT']).toBe(`http://127.0.0.1:${face?.Host?.LocalHttpPort}`);
    expect(detect?.Values['FACE_KEY']).toBe(face?.Values['FACE_KEY']);
  });

  it('is the same in each build, also in two concurrent ones, and leaves nothing behind', async () => {
    const before = readFileSync(join(built, 'dist', 'app.js'), 'utf8');
    await Promise.all([buildService(fixture, built), buildService(fixture, built), buildService(fixture, built)]);
    expect(readFileSync(join(built, 'dist', 'app.js'), 'utf8')).toBe(before);
    expect(readdirSync(join(dir, 'out'))).toEqual(['hello']);
  });

  it('stays as it was if a later build fails', async () => {
    const broken = join(dir, 'broken');
    cpSync(fixture, broken, { recursive: true, filter: (path) => !path.endsWith('build.config.ts') });
    writeFileSync(join(broken, 'src', 'main.ts'), "import './missing.ts';");
    await expect(buildService(broken, built)).rejects.toThrow('missing.ts');
    expect(existsSync(join(built, 'dist', 'main.cjs'))).toBe(true);
    expect(readdirSync(join(dir, 'out'))).toEqual(['hello']);
  });

  it('is refused with the name of a missing file', async () => {
    await expect(buildService(join(dir, 'nowhere'), built)).rejects.toThrow('has no src/main.ts');
  });

  it('is refused with the name of a wrong field of its configuration', async () => {
    const misconfigured = join(dir, 'misconfigured');
    cpSync(fixture, misconfigured, { recursive: true });
    writeFileSync(join(misconfigured, 'build.config.ts'), 'export const bundle = { extrenal: [] };');
    await expect(buildService(misconfigured, built)).rejects.toThrow('extrenal');
  });
});
