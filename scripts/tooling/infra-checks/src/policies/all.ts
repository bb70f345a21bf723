import { accessPolicies } from './access.ts';
import { appPolicies } from './apps.ts';
import { monitoringPolicies } from './monitoring.ts';
import { networkPolicies } from './network.ts';
import type { Policy } from './policy.ts';
import { secretPolicies } from './secrets.ts';
import { storagePolicies } from './storage.ts';

/** Every rule that a deployment keeps. */
export const policies: readonly Policy[] = [
  ...storagePolicies,
  ...appPolicies,
  ...accessPolicies,
  ...secretPolicies,
  ...monitoringPolicies,
  ...networkPolicies,
];
