export {
  type ExitStatus,
  type HostProcess,
  type HostProcessOptions,
  startHostProcess,
} from './host-process.ts';
