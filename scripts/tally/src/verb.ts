import { TallyClient } from '@tally/client';
import { type Command, Option } from 'commander';
import { explainFailure } from './explain-failure.ts';
import { parseUrl } from './parse-options.ts';
import type { ProgressOutput } from './progress.ts';
import { findTargetSystem, type TargetSystem } from './target-system.ts';

/** What a command needs of the process. */
export interface CommandContext {
  /** That relative paths start from. */
  readonly folder: string;
  /** Somebody has pressed Ctrl-C. */
  readonly signal: AbortSignal;
  /** Gets the answer: text for a person, or JSON. */
  readonly output: { write(text: string): unknown };
  /** Gets what isn't the answer: how far it is, and what went wrong. */
  readonly progress: ProgressOutput;
  setExitCode(code: number): void;
}

/** What a verb has to say. */
export interface Outcome {
  /** To a person. */
  readonly text: string;
  /** To a program. */
  readonly json: unknown;
  /** Default 0; 1: done as asked, but the run has failed. */
  readonly exitCode?: 0 | 1;
}

interface Connected {
  readonly client: TallyClient;
  readonly target: TargetSystem;
}

export interface VerbCall<Options> {
  readonly args: readonly string[];
  readonly options: Options;
  readonly context: CommandContext;
  /**
   * @param onInterrupt what Ctrl-C does to calls: breaks them off (the default), or nothing, where the verb clears up by calls
   * @throws NoSystemError
   */
  readonly connect: (onInterrupt?: 'break-off' | 'go-on') => Promise<Connected>;
}

/** A thing that can be done from the command line. */
export interface Verb<Options> {
  /** With its arguments: `terminate <run>`. */
  readonly usage: string;
  /** It has another name now, and isn't in the help. */
  readonly isHidden?: true;
  readonly description: string;
  readonly options?: readonly Option[];
  perform(call: VerbCall<Options>): Promise<Outcome>;
}

interface CommonOptions {
  readonly url?: string;
  readonly key?: string;
  readonly json?: true;
}

/** Adds what all verbs have: `--url`, `--key`, `--json`. They may stand before the verb or after it. */
export function addCommonOptions(program: Command): void {
  program
    .option('--url <url>', 'the system to use; default: the one that npm start runs here', parseUrl)
    .addOption(
      new Option('--key <key>', 'function key; other users can read a command line, so better').env('TALLY_KEY'),
    )
    .option('--json', 'print JSON')
    .configureHelp({ showGlobalOptions: true });
}

/** Adds a verb, with one way to print and one to fail. @param parent has the common options, or its parent has */
export function addVerb<Options extends object>(parent: Command, context: CommandContext, verb: Verb<Options>): void {
  const command = parent.command(verb.usage, { hidden: verb.isHidden === true }).description(verb.description);
  for (const option of verb.options ?? []) command.addOption(option);
  command.action(async () => {
    const { url, key, json } = command.optsWithGlobals<CommonOptions>();
    const connect: VerbCall<Options>['connect'] = async (onInterrupt = 'break-off') => {
      const target = await findTargetSystem(url);
      const signal = onInterrupt === 'break-off' ? context.signal : undefined;
      return { client: new TallyClient({ baseUrl: target.baseUrl, key, signal }), target };
    };
    try {
      const outcome = await verb.perform({ args: command.args, options: command.opts<Options>(), context, connect });
      context.output.write(`${json === true ? JSON.stringify(outcome.json, null, 2) : outcome.text}\n`);
      context.setExitCode(outcome.exitCode ?? 0);
    } catch (error) {
      const failure = explainFailure(error, json === true);
      if (failure === null) throw error;
      context.progress.write(`${failure.text}\n`);
      context.setExitCode(failure.exitCode);
    }
  });
}
