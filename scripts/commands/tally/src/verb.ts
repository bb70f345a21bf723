import { TallyClient } from '@tally/client';
import { type Command, Option } from 'commander';
import { explainFailure } from './explain-failure.ts';
import { parseUrl } from './parse-options.ts';
import type { ProgressOutput } from './progress.ts';
import { findTargetSystem, type TargetSystem } from './target-system.ts';

/** What a command needs from the process. */
export interface CommandContext {
  /** The base of relative paths. */
  readonly folder: string;
  /** Fires when the user presses Ctrl-C. */
  readonly signal: AbortSignal;
  /** Gets the answer: text for a person, or JSON. */
  readonly output: { write(text: string): unknown };
  /** Gets everything except the answer: progress and errors. */
  readonly progress: ProgressOutput;
  setExitCode(code: number): void;
}

/** The result of a verb. */
export interface Outcome {
  /** For a person. */
  readonly text: string;
  /** For a program. */
  readonly json: unknown;
  /** Default 0. 1: done as requested, but the run has failed. */
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
   * @param onInterrupt the effect of Ctrl-C on calls: it aborts them (the default), or it does nothing, for a
   * verb whose cleanup needs calls
   * @throws NoSystemError
   */
  readonly connect: (onInterrupt?: 'break-off' | 'go-on') => Promise<Connected>;
}

/** A verb of the command line. */
export interface Verb<Options> {
  /** With its arguments: `terminate <run>`. */
  readonly usage: string;
  /** An old name of another verb. It isn't in the help. */
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

/** Adds the options of all verbs: `--url`, `--key`, `--json`. They may stand before or after the verb. */
export function addCommonOptions(program: Command): void {
  program
    .option('--url <url>', 'the system to use; default: the one that npm start runs here', parseUrl)
    .addOption(
      new Option('--key <key>', 'function key; other users can read a command line, so prefer').env('TALLY_KEY'),
    )
    .option('--json', 'print JSON')
    .configureHelp({ showGlobalOptions: true });
}

/**
 * Adds a verb. All verbs print and fail in the same way.
 * @param parent has the common options, or its parent has them
 */
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
