export { allowedHostsSchema } from './caller-guard.ts';
export {
  type ExitStatus,
  type HostProcess,
  type HostProcessOptions,
  startHostProcess,
} from './host-process.ts';
export { HttpRouter } from './http-router.ts';
