import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '@tally/start';
import { renderEnd, renderOutput } from './render-output.ts';
import { runOptionsOf, type StartOptions } from './start-options.ts';
import type { CommandContext, Outcome, VerbCall } from './verb.ts';
import { watchRun } from './watch-run.ts';

export interface RunChainOptions {
  readonly chain: string;
  /** A JSON file with the input. */
  readonly file: string;
  readonly isWatched: boolean;
  readonly options: StartOptions;
  readonly context: CommandContext;
  readonly connect: VerbCall<object>['connect'];
}

/**
 * Starts a run of a chain, and shows it until it ends if requested.
 * @throws UsageError when the file is no JSON
 */
export async function runChain({
  chain,
  file,
  isWatched,
  options,
  context,
  connect,
}: RunChainOptions): Promise<Outcome> {
  const input = readInput(file, context.folder);
  const { client } = await connect();
  const run = await client.startRun({ chain, input, ...runOptionsOf(options) });
  if (!isWatched) {
    const text = `Run ${run.id} of ${chain} is started. Look at it: npm run tally -- status ${run.id} --wait`;
    return { text, json: run.uris };
  }
  context.progress.write(`Run ${run.id} is started.\n`);
  const status = await watchRun(run, { client, progress: context.progress, signal: context.signal });
  const output = renderOutput(status, (index) => `item ${index}`);
  const text = [renderEnd(run.id, status), ...(output === null ? [] : ['', output])].join('\n');
  return { text, json: status, exitCode: status.runtimeStatus === 'Completed' ? 0 : 1 };
}

function readInput(file: string, folder: string): unknown {
  let text: string;
  try {
    text = readFileSync(resolve(folder, file), 'utf8');
  } catch (cause) {
    throw new UsageError(`${file}: not a readable file`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${file}: not JSON`, { cause });
  }
}
