import type { TokenCredential } from '@azure/core-auth';
import { DefaultAzureCredential } from '@azure/identity';

export const developmentIdentity = (): TokenCredential => new DefaultAzureCredential();
