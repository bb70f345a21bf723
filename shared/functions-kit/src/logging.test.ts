import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('a key in a URL that an error quotes gets into no line, neither does what the app knows for one', () => {
  const logging = new URL('./logging.ts', import.meta.url).href;
  const program = `
    const { createLog } = await import(${JSON.stringify(logging)});
    const url = 'http://user:word@a.example/api/runs?x=1&code=s3cret%3D&y=known';
    createLog('intake', 'info', (line) => line.replaceAll('known', '[cut]')).error({ error: new TypeError('no URL: ' + url), url, more: 'known' }, 'failed at ' + url);
  `;
  const line = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  expect(line).not.toContain('s3cret');
  expect(JSON.parse(line)).toMatchObject({
    msg: 'failed at http://[cut]@a.example/api/runs?[cut]',
    url: 'http://[cut]@a.example/api/runs?[cut]',
    more: '[cut]',
  });
});
