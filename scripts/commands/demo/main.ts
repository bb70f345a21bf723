/**
 * `npm run demo`: sends six sample photos through Tally and shows the result. `npm run demo -- orders` and
 * `-- media` show the two other chains. A demo uses the system that `npm start` runs here. Otherwise it
 * starts its own system on free ports, with its data in a temporary folder, and removes it again.
 * Exit code 0 if everything ended as expected, 1 if not, 2 for a wrong command line.
 */
import { join, resolve } from 'node:path';
import { parseUrl } from '@tally/cli';
import { root, runCommand } from '@tally/start';
import { Command, Option } from 'commander';
import { type MediaDemoOptions, runMediaDemo } from './src/media/run-media-demo.ts';
import { parseTimeout } from './src/orders/decision.ts';
import { type OrderDemoOptions, runOrderDemo } from './src/orders/run-order-demo.ts';
import { type PhotoDemoOptions, runPhotoDemo } from './src/photos/run-photo-demo.ts';

/** npm runs commands in the repository's folder. This variable holds the folder from which it was called. */
const calledIn = process.env['INIT_CWD'] ?? process.cwd();

await runCommand(async (signal) => {
  let exitCode = 1;
  const program = new Command('npm run demo --')
    .description('Sends six sample photos through Tally and shows what comes out.')
    .enablePositionalOptions()
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .addOption(urlOption())
    .addOption(ownOption())
    // The action reports what is wrong with an extra argument: it is a name that no demo has.
    .allowExcessArguments()
    .action(async (options: PhotoDemoOptions, command: Command) => {
      const [unknown] = command.args;
      if (unknown !== undefined) command.error(`error: ${noSuchDemo(unknown, command)}`);
      exitCode = await runPhotoDemo(options, signal);
    });
  program
    .command('orders')
    .description(
      'Sends an order through the chain orders and shows each node as it goes; you approve it or reject it. Then shows the mails and saves the files.',
    )
    .addOption(new Option('--approve', 'approve it, without asking you').conflicts(['reject', 'timeout']))
    .addOption(new Option('--reject', 'reject it').conflicts('timeout'))
    .addOption(
      new Option('--timeout <time>', 'let the approver miss it: the time limit, such as 5s').argParser(parseTimeout),
    )
    .addOption(urlOption())
    .addOption(ownOption())
    .addOption(folderOption())
    .action(async (options: OrderDemoOptions) => {
      exitCode = await runOrderDemo(options, signal);
    });
  program
    .command('media')
    .description(
      'Makes two short clips and sends them through the chain media, with a file that has the test signature of virus scanners. Saves the thumbnails.',
    )
    .addOption(urlOption())
    .addOption(ownOption())
    .addOption(folderOption())
    .action(async (options: MediaDemoOptions) => {
      exitCode = await runMediaDemo(options, signal);
    });
  await program.parseAsync();
  return exitCode;
});

function noSuchDemo(name: string, { commands }: Command): string {
  const there = commands.map((command) => command.name()).join(' and ');
  return `there is no demo "${name}"; there are ${there}; without a name the demo of photos runs`;
}

function urlOption(): Option {
  const text = 'the system to use; default: the one that npm start runs here, or else one of its own';
  return new Option('--url <url>', text).argParser(parseUrl);
}

function ownOption(): Option {
  return new Option('--own', 'start a system of its own even if one runs').conflicts('url');
}

function folderOption(): Option {
  const folder = join(root, '.tally', 'demo');
  return new Option('--folder <folder>', 'where files are saved')
    .argParser((text) => resolve(calledIn, text))
    .default(folder, '.tally/demo');
}
