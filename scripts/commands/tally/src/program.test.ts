import { expect, test } from 'vitest';
import { runProgram } from './program.ts';

/** Runs a command line that needs no system. */
async function run(...args: string[]) {
  const output: string[] = [];
  const errors: string[] = [];
  const exitCode = await runProgram(args, {
    folder: import.meta.dirname,
    signal: new AbortController().signal,
    output: { write: (text) => output.push(text) },
    progress: { write: (text) => errors.push(text) },
  });
  return { exitCode, output: output.join(''), errors: errors.join('') };
}

test('help lists every verb and the exit codes', async () => {
  const { exitCode, output } = await run('help');
  expect(exitCode).toBe(0);
  const verbs = [...output.matchAll(/^ {2}([a-z]+(?:-[a-z]+)*) [ [<]/gm)].map(([, name]) => name);
  expect(verbs).toEqual(
    (
      'run upload status list items terminate suspend resume rewind restart raise window purge ' +
      'dead-letters chain chains mails new-chain help'
    ).split(' '),
  );
  expect(output).toContain('Exit codes: 0 done; 1 ');
});

test.each([
  [['nonsense'], "unknown command 'nonsense'"],
  [[], 'Usage:'],
  [['dead-letters'], 'list [options]'],
  [['status'], "missing required argument 'run'"],
  [['status', 'a', 'b'], 'too many arguments'],
  [['list', '--top', '0'], 'at least 1'],
  [['list', '--from', 'yesterday'], 'must be a time such as'],
  [['list', '--status', 'Done'], '"Done" is not one of Pending, Running'],
  [['items', 'r', '--status', 'lost'], 'Allowed choices are succeeded, failed, aborted, pending'],
  [['window', 'r', 'wide'], 'must be a whole number'],
  [['raise-event', 'r', 'Approval', 'yes'], `'"yes"'`],
  [['purge'], 'Which runs?'],
  [['purge', 'r', '--from', '7d'], 'not both'],
  [['chain', '--url', 'localhost:7071'], 'must be an http or https URL'],
  [['--url', 'localhost:7071', 'chain'], 'must be an http or https URL'],
  [['chain', '--url', 'http://localhost:7071/?code=secret'], 'the key goes into TALLY_KEY'],
  [['run', 'gone.jpg'], 'gone.jpg: neither a URL nor a file'],
  [['run', '--chain', 'orders', 'gone.json'], 'gone.json: not a readable file'],
  [['run', '--chain', 'orders', 'program.test.ts'], 'program.test.ts: not JSON'],
  [['run', '--chain', 'orders', 'a.json', 'b.json'], 'exactly one JSON file'],
  [['run', '--chain', 'orders', '--approval', '30m', 'a.json'], '--approval is for photos only'],
  [['run', '--window', 'wide', 'a.jpg'], 'at least 1'],
  [['run', '--approval', 'soon', 'a.jpg'], 'must be a duration such as'],
  [['run', '--deadline', 'soon', 'a.jpg'], 'must be a time such as'],
  [['run', '--tolerated', '101%', 'a.jpg'], 'must be a number of items such as 5'],
  [['raise', 'r', 'Approval', 'yes'], `'"yes"'`],
])('%j is a wrong command line: exit code 2, and only the fault is printed', async (args, message) => {
  const { exitCode, output, errors } = await run(...args);
  expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
  expect(errors).toContain(message);
});

test.each([
  [['--url', 'http://127.0.0.1:1', 'chain']],
  [['chain', '--url', 'http://127.0.0.1:1']],
  [['--json', '--url', 'http://127.0.0.1:1', 'dead-letters', 'list', '--top', '5']],
  [['dead-letters', '--url', 'http://127.0.0.1:1', 'list', '--json']],
])('common options may come before the verb or after it: %j', async (args) => {
  const { exitCode, errors } = await run(...args);
  expect(exitCode).toBe(3);
  expect(errors).toContain('127.0.0.1:1');
});

test('the help of a verb lists the common options', async () => {
  for (const args of [['help', 'list'], ['dead-letters', 'list', '--help'], ['help']]) {
    expect((await run(...args)).output).toContain('--url <url>');
  }
});
