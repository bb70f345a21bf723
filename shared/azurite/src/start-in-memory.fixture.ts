// A process that starts an Azurite and tells its ports, to be killed by the test.
import { startAzurite } from './index.ts';

const azurite = await startAzurite({ inMemory: true });
process.send?.(azurite.ports);
setInterval(() => undefined, 1_000);
