export { AzuriteStartError, PortInUseError } from './azurite-process.ts';
export { freePort } from './free-port.ts';
export { type Azurite, type AzuriteOptions, type AzuritePorts, startAzurite } from './start-azurite.ts';
