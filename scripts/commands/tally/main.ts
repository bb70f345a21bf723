/**
 * `npm run tally -- <command> …`: the commands for a running Tally. `npm run tally -- help` lists them. Exit
 * code 0: done; 1: refused, or the run that was waited for has not completed; 2: wrong command line, nothing
 * was done; 3: not reachable.
 */
import { runCommand } from '@tally/start';
import { runProgram } from './src/program.ts';

await runCommand((signal) =>
  runProgram(process.argv.slice(2), {
    // npm runs commands in the repository's folder. This variable holds the folder from which it was called.
    folder: process.env['INIT_CWD'] ?? process.cwd(),
    signal,
    output: process.stdout,
    progress: process.stderr,
  }),
);
