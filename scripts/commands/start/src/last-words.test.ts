import { expect, test } from 'vitest';
import { lastWords } from './last-words.ts';

const routes = ['get-run', 'list-runs'].map((name) => `10:00:00.123 debug intake    ${name} answers GET /api/runs`);

test('the reason why an app could not start is found after its other output', () => {
  const why = [
    "tally-host: The app's entry main.cjs threw while it was loaded:",
    'SettingsError: FACE_KEY: is missing',
  ];
  expect(lastWords([...routes, ...why, '    at readSettings (settings.ts:1:2)'])).toEqual(why);
});

test('the last error counts, not what was logged after it', () => {
  const crash = '10:00:02.000 crit  detect    the app crashed: Error: down';
  const lines = [
    '10:00:01.000 error detect    an older one',
    crash,
    '    at x',
    '10:00:02.001 info  detect    stopping',
  ];
  expect(lastWords([...routes, ...lines])).toEqual([crash]);
  const json = '{"level":"error","msg":"down"}';
  expect(lastWords(['{"level":"info","msg":"a"}', json, '{"level":"info","msg":"b"}'])).toEqual([json]);
});

test('an uncaught error is shown without its stack', () => {
  const lines = ['RangeError: out of it', '    at a.js:1', '  [cause]: Error: deep', '      at b.js:2'];
  expect(lastWords([...routes, ...lines])).toEqual(['RangeError: out of it', '  [cause]: Error: deep']);
});

test("without an error, the app's last lines are shown", () => {
  expect(lastWords([...routes, ...routes, ...routes, ...routes])).toHaveLength(6);
  expect(lastWords([])).toEqual([]);
});
