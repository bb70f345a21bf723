/**
 * `npm run tally -- <command> …`: what one can do with a running Tally; `npm run tally -- help` lists it.
 * Exit code 0: done, and the run Completed; 1: the run didn't, or the system can't be used; 2: wrong command line, nothing was started.
 */
import { runCommand } from '@tally/start';
import { Command } from 'commander';
import { addRunCommand } from './src/run-command.ts';

await runCommand(async (signal) => {
  let exitCode = 0;
  const program = new Command('npm run tally --')
    .description('Works with a Tally that runs (npm start).')
    .showHelpAfterError('(npm run tally -- help shows what there is)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  addRunCommand(program, {
    // npm runs commands in the repository's folder and says in which one it was called.
    folder: process.env['INIT_CWD'] ?? process.cwd(),
    signal,
    setExitCode: (code) => {
      exitCode = code;
    },
  });
  await program.parseAsync();
  return exitCode;
});
