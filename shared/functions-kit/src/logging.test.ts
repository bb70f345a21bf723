import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

const at = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

/** The lines that a program with a log writes to each output, run in a process of its own. */
function linesOf(program: string): Record<'stdout' | 'stderr', string[]> {
  const begin = `
    const { createLog } = await import(${at('./logging.ts')});
    const { inInvocation } = await import(${at('./log-lines.ts')});
    const log = createLog('intake', 'debug', (line) => line.replaceAll('known', '[cut]'));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', begin + program], {
    encoding: 'utf8',
  });
  const split = (text: string) => text.split('\n').filter((line) => line !== '');
  return { stdout: split(stdout), stderr: split(stderr) };
}

test('no line contains a key in a URL that an error quotes, or a secret that the app knows', () => {
  const { stderr } = linesOf(`
    const url = 'http://user:word@a.example/api/runs?x=1&code=s3cret%3D&y=known';
    log.error({ error: new TypeError('no URL: ' + url), url, more: 'known' }, 'failed at ' + url);
  `);
  const [line = ''] = stderr;
  expect(line).not.toContain('s3cret');
  expect(JSON.parse(line)).toMatchObject({
    msg: 'failed at http://[cut]@a.example/api/runs?[cut]',
    url: 'http://[cut]@a.example/api/runs?[cut]',
    more: '[cut]',
  });
});

describe('the level of a line', () => {
  const eachLevel = "for (const level of ['debug', 'info', 'warn', 'error']) log[level]('said at ' + level);";
  const takesAll = `
    const take = (level) => (line) => console.log(level + ' ' + JSON.parse(line).msg);
    const invocation = Object.fromEntries(['debug', 'info', 'warn', 'error'].map((level) => [level, take(level)]));
  `;

  test('is that of the invocation that it is written in', () => {
    const { stdout, stderr } = linesOf(`${takesAll} await inInvocation(invocation, async () => { ${eachLevel} });`);
    const levels = ['debug', 'info', 'warn', 'error'];
    expect(stdout).toEqual(levels.map((level) => `${level} said at ${level}`));
    expect(stderr).toEqual([]);
  });

  test('is given outside an invocation by stdout or stderr and a word in the line, as the host reads them', () => {
    const { stdout, stderr } = linesOf(eachLevel);
    expect(stdout.map((line) => /warn|error/.test(line))).toEqual([false, false]);
    expect(stderr).toEqual([expect.stringContaining('"level":"warn"'), expect.stringContaining('"level":"error"')]);
  });

  test('is kept when work outlives its invocation, whose log the host then drops', () => {
    const { stdout, stderr } = linesOf(`
      ${takesAll}
      const { promise, resolve } = Promise.withResolvers();
      let late;
      await inInvocation(invocation, async () => { late = promise.then(() => log.warn('late')); log.info('in time'); });
      resolve();
      await late;
    `);
    expect(stdout).toEqual(['info in time']);
    expect(stderr).toEqual([expect.stringContaining('"msg":"late"')]);
  });
});
