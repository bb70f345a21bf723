import * as z from 'zod';
import type { Executor } from './command.ts';

/** The app that answers the API, and starts what opens at once. */
export const API_APP = 'intake';

const appsSchema = z.array(
  z.object({ site: z.string(), host: z.string(), tags: z.record(z.string(), z.string()).nullable() }),
);

/** What a dry run shows in its place. */
const placeholder = JSON.stringify([
  {
    site: `<${API_APP}-app>`,
    host: `<${API_APP}-app>.azurewebsites.net`,
    tags: { product: 'tally', 'azd-service-name': API_APP },
  },
]);

/** The app of an API, and its address. */
export interface ApiApp {
  /** The app's name in Azure. */
  readonly site: string;
  readonly baseUrl: string;
}

/**
 * The API's app of the system in a resource group. It is found by the tags that every deployment sets,
 * including one by azd. Null if there is none yet.
 */
export async function findApiApp(executor: Executor, resourceGroup: string): Promise<ApiApp | null> {
  const query = ['--query', '[].{site:name,host:defaultHostName,tags:tags}', '--output', 'json'];
  const listed = await executor.read(
    ['az', 'functionapp', 'list', '--resource-group', resourceGroup, ...query],
    placeholder,
  );
  const found = appsSchema
    .parse(JSON.parse(listed))
    .find(({ tags }) => tags?.['product'] === 'tally' && tags['azd-service-name'] === API_APP);
  return found === undefined ? null : { site: found.site, baseUrl: `https://${found.host}` };
}

/**
 * A function key of the app, which its host creates and keeps. It is used in a header only.
 * @throws DeployError
 */
export async function readApiKey(executor: Executor, resourceGroup: string, site: string): Promise<string> {
  const keys = ['az', 'functionapp', 'keys', 'list', '--resource-group', resourceGroup, '--name', site] as const;
  return await executor.read([...keys, '--query', 'functionKeys.default', '--output', 'tsv'], '<key>');
}
