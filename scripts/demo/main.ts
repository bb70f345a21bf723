/**
 * `npm run demo`: sends six sample photos through Tally and shows what comes out. It uses the system that `npm start` runs here, or
 * else one of its own, which it starts on free ports with its data in a temporary folder, and removes again.
 * Exit code 0 if the run Completed, 1 if not, 2 for a wrong command line.
 */
import { parseUrl } from '@tally/cli';
import { runCommand } from '@tally/start';
import { Command, Option } from 'commander';
import { type DemoOptions, runDemo } from './src/run-demo.ts';

await runCommand(async (signal) => {
  const program = new Command('npm run demo --')
    .description('Sends six sample photos through Tally and shows what comes out.')
    .option(
      '--url <url>',
      'the system to use; default: the one that npm start runs here, or else one of its own',
      parseUrl,
    )
    .addOption(new Option('--own', 'start a system of its own even if one runs').conflicts('url'))
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse();
  return await runDemo(program.opts<DemoOptions>(), signal);
});
