import { Command, CommanderError } from 'commander';
import { addCommonOptions, addVerb, type CommandContext } from './verb.ts';
import { chainVerb } from './verbs/chain.ts';
import { chainsVerb } from './verbs/chains.ts';
import { raiseEventVerb, raiseVerb, restartVerb, windowVerb } from './verbs/change.ts';
import { controlVerbs } from './verbs/control.ts';
import { discardVerb, listDeadLettersVerb, redriveVerb } from './verbs/dead-letters.ts';
import { itemsVerb } from './verbs/items.ts';
import { listVerb } from './verbs/list.ts';
import { mailsVerb } from './verbs/mails.ts';
import { newChainVerb } from './verbs/new-chain.ts';
import { purgeVerb } from './verbs/purge.ts';
import { runVerb } from './verbs/run.ts';
import { statusVerb } from './verbs/status.ts';
import { uploadVerb } from './verbs/upload.ts';

const exitCodes = `
Exit codes: 0 done; 1 refused, or the awaited run has not completed; 2 wrong command line, nothing was done;
3 no Tally could be reached. With --json the answer is JSON (npm run -s tally -- … keeps npm's own lines away).`;

/**
 * Runs a command line.
 * @param args without the program's name
 * @returns the exit code
 * @throws unexpected errors, and the context's interrupt
 */
export async function runProgram(
  args: readonly string[],
  context: Omit<CommandContext, 'setExitCode'>,
): Promise<number> {
  let exitCode = 0;
  const setExitCode = (code: number): void => {
    exitCode = code;
  };
  const program = createProgram({ ...context, setExitCode });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Requested help has the code 0.
    return error.exitCode === 0 ? 0 : 2;
  }
}

function createProgram(context: CommandContext): Command {
  const program = new Command('npm run tally --')
    .description('Works with a running Tally (npm start).')
    .configureOutput({
      writeOut: (text) => void context.output.write(text),
      writeErr: (text) => void context.progress.write(text),
    })
    .showHelpAfterError('(npm run tally -- help lists the commands)')
    .addHelpText('afterAll', exitCodes)
    .exitOverride();
  addCommonOptions(program);
  addVerb(program, context, runVerb);
  addVerb(program, context, uploadVerb);
  addVerb(program, context, statusVerb);
  addVerb(program, context, listVerb);
  addVerb(program, context, itemsVerb);
  for (const verb of controlVerbs) addVerb(program, context, verb);
  addVerb(program, context, restartVerb);
  addVerb(program, context, raiseVerb);
  addVerb(program, context, raiseEventVerb);
  addVerb(program, context, windowVerb);
  addVerb(program, context, purgeVerb);
  const deadLetters = program.command('dead-letters').description('What could not be processed.');
  addVerb(deadLetters, context, listDeadLettersVerb);
  addVerb(deadLetters, context, redriveVerb);
  addVerb(deadLetters, context, discardVerb);
  addVerb(program, context, chainVerb);
  addVerb(program, context, chainsVerb);
  addVerb(program, context, mailsVerb);
  addVerb(program, context, newChainVerb);
  return program;
}
