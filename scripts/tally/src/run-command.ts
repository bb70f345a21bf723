import { type Command, InvalidArgumentError } from 'commander';
import { parsePhotos } from './photos.ts';
import { renderReport, reportJson } from './report.ts';
import { runPhotos } from './run-photos.ts';
import { findTargetSystem } from './target-system.ts';

interface RunOptions {
  readonly url?: string;
  readonly json?: true;
}

/** What a command needs of the process, and where it leaves its exit code. */
export interface CommandContext {
  /** That relative paths start from. */
  readonly folder: string;
  readonly signal: AbortSignal;
  setExitCode(code: number): void;
}

/** Adds `run <photos…>` to the program. */
export function addRunCommand(program: Command, context: CommandContext): void {
  program
    .command('run')
    .description(
      'Finds the faces in photos and says which is the happiest. Local files are shown to the system while it runs.',
    )
    .argument('<photos...>', 'URLs, files, or folders of photos')
    .option('--url <url>', 'the system to use; default: the one that npm start runs here', parseUrl)
    .option('--json', 'print the result as JSON')
    .action(async (args: string[], options: RunOptions) => {
      const photos = parsePhotos(args, context.folder);
      const system = await findTargetSystem(options.url);
      const report = await runPhotos({ system, photos, progress: process.stderr, signal: context.signal });
      process.stdout.write(`${options.json === true ? reportJson(report) : renderReport(report)}\n`);
      context.setExitCode(report.status.runtimeStatus === 'Completed' ? 0 : 1);
    });
}

export function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('It must be an http or https URL, such as http://127.0.0.1:7071');
  }
  return text;
}
