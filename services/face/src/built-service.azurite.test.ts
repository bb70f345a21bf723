import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildService } from '@tally/build';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

/**
 * The module through which a Functions host offers itself to the app, and a minimal host. It loads the app in
 * its folder and starts it. Then it makes the calls of `calls.json`, stops the app, and prints the answers.
 */
const host = `
  const functions = {};
  const hooks = {};
  let model;
  Object.assign(exports, {
    registerFunction: (metadata, callback) => { functions[metadata.name] = { metadata, callback }; return { dispose() {} }; },
    registerHook: (name, callback) => { hooks[name] = callback; return { dispose() {} }; },
    setProgrammingModel: (programmingModel) => { model = programmingModel; },
    log: () => {},
  });
  exports.run = async () => {
    require('../../../app');
    await hooks.appStart({});
    const answers = [];
    for (const { name, http } of require('../../../calls.json')) {
      const { metadata, callback } = functions[name];
      if (http.body) http.body.bytes = Buffer.from(http.body.base64, 'base64');
      const trigger = Object.keys(metadata.bindings).find((binding) => binding.startsWith('httpTrigger'));
      const request = { invocationId: '1', functionId: '1', inputData: [{ name: trigger, data: { http } }], triggerMetadata: {} };
      const invocation = model.getInvocationModel({ invocationId: '1', metadata, request, log() {} });
      const { context, inputs } = await invocation.getArguments();
      const { returnValue } = await invocation.getResponse(context, await invocation.invokeFunction(context, inputs, callback));
      const { statusCode, body } = returnValue.http;
      answers.push({ route: metadata.bindings[trigger].route, status: statusCode, body: JSON.parse(Buffer.from(body.bytes).toString()) });
    }
    await hooks.appTerminate({});
    console.log('answers ' + JSON.stringify(answers));
  };
`;

const answersSchema = z.array(z.object({ route: z.string(), status: z.string(), body: z.unknown() }));

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tally-face-'));
  await buildService(join(import.meta.dirname, '..'), join(folder, 'built'));
  cpSync(join(folder, 'built'), join(folder, 'elsewhere', 'app'), { recursive: true });
  rmSync(join(folder, 'built'), { recursive: true });
  const core = join(folder, 'elsewhere', 'node_modules', '@azure', 'functions-core');
  mkdirSync(core, { recursive: true });
  writeFileSync(join(core, 'index.js'), host);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Runs the copied app under that host in a plain Node process, far from the repository, with only these
 * settings.
 */
async function runApp(settings: Record<string, string>, calls: readonly unknown[]) {
  const cwd = join(folder, 'elsewhere');
  writeFileSync(join(cwd, 'calls.json'), JSON.stringify(calls));
  const script = `require('@azure/functions-core').run()`;
  const app = spawn(process.execPath, ['-e', script], { cwd, env: { PATH: process.env['PATH'], ...settings } });
  const exit: Promise<unknown[]> = once(app, 'exit');
  const [[code], out, err] = await Promise.all([exit, text(app.stdout), text(app.stderr)]);
  return { code: z.number().parse(code), out, err };
}

const nullable = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));

describe('the built face service, copied to an empty folder', () => {
  it('finds faces: it has its native decoder, wasm, models and worker', async () => {
    const photo = readFileSync(createRequire(import.meta.url).resolve('@vladmandic/face-api/demo/sample3.jpg'));
    const detect = {
      name: 'detect',
      http: {
        method: 'POST',
        url: 'http://127.0.0.1/face/v1.2/detect?returnFaceId=false&returnFaceAttributes=emotion',
        nullableHeaders: nullable({
          'ocp-apim-subscription-key': 'a-key',
          'content-type': 'application/octet-stream',
          'content-length': String(photo.length),
        }),
        nullableParams: nullable({ version: 'v1.2' }),
        nullableQuery: nullable({ returnFaceId: 'false', returnFaceAttributes: 'emotion' }),
        body: { base64: photo.toString('base64') },
      },
    };
    const health = {
      name: 'health',
      http: {
        method: 'GET',
        url: 'http://127.0.0.1/health',
        nullableHeaders: {},
        nullableParams: {},
        nullableQuery: {},
      },
    };
    const { code, out, err } = await runApp({ FACE_KEY: 'a-key', TALLY_FACE_WORKERS: '1' }, [health, detect, health]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const answers = answersSchema.parse(JSON.parse(out.slice(out.indexOf('answers ') + 8)));
    expect(answers).toMatchObject([
      { route: 'health', status: '503', body: { status: 'starting', workers: 1 } },
      { route: 'face/{version}/detect', status: '200' },
      { route: 'health', status: '200', body: { status: 'ready', ready: 1 } },
    ]);
    const happiness = z
      .array(z.object({ faceAttributes: z.object({ emotion: z.object({ happiness: z.number() }) }) }))
      .parse(answers[1]?.body)
      .map(({ faceAttributes }) => faceAttributes.emotion.happiness);
    expect(Math.min(...happiness)).toBeLessThan(0.5);
    expect(Math.max(...happiness)).toBeGreaterThan(0.5);
  });

  it('does not start without its key, and names the setting', async () => {
    const { code, err } = await runApp({}, []);
    expect(code).not.toBe(0);
    expect(err).toContain('FACE_KEY: is missing');
  });
});
