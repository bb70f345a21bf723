// A process that starts an Azurite and reports its ports. The test kills it.
import { startAzurite } from './index.ts';

const azurite = await startAzurite({ inMemory: true });
process.send?.(azurite.ports);
setInterval(() => undefined, 1_000);
