import { isPortFree } from './loopback-ports.ts';
import { findRunningSystems } from './running-systems.ts';
import { StartError } from './start-error.ts';

/**
 * Checks that the API's port is free, before anything is started.
 * @throws StartError that says which system or program has it, as far as that is known, and what to do
 */
export async function checkPort(port = 0): Promise<void> {
  if (port === 0 || (await isPortFree(port))) return;
  const running = (await findRunningSystems()).find((system) => Number(new URL(system.baseUrl).port) === port);
  if (running !== undefined) {
    throw new StartError(
      `Tally runs already on port ${port}: ${running.baseUrl}, process ${running.pid}, since ${running.startedAt}. ` +
        'Use that one, stop it with Ctrl-C where it runs, or start a second one on another port and data folder: ' +
        `npm start -- --port ${port + 1} --data <folder>`,
    );
  }
  throw new StartError(
    `Port ${port} is in use by another program. Stop that program, or choose another port: npm start -- --port ${port + 1}`,
  );
}
