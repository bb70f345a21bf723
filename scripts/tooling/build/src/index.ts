export { buildService } from './build-service.ts';
export type { BundleConfig } from './bundle-options.ts';
export { findServices } from './services.ts';
