import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

/**
 * A resource as it would be deployed. Values that can be known before the deployment are evaluated. The
 * others are expressions in brackets.
 */
const resourceSchema = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  kind: z.string().optional(),
  sku: z.record(z.string(), z.json()).optional(),
  identity: z.json().optional(),
  properties: z.record(z.string(), z.json()).default({}),
});
export type Resource = z.infer<typeof resourceSchema>;

const snapshotSchema = z.object({
  predictedResources: z.array(resourceSchema),
  diagnostics: z.array(z.json()),
  outputs: z.record(z.string(), z.json()).default({}),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

const chainsSchema = z.object({
  chains: z.array(z.string()),
  queues: z.array(z.string()),
  tables: z.array(z.string()),
  apps: z.array(
    z.object({
      name: z.string(),
      chains: z.array(z.string()),
      consumes: z.array(z.string()),
      sendsTo: z.array(z.string()),
      watches: z.array(z.string()),
      tables: z.array(z.string()),
      containers: z.array(z.string()),
      opens: z.array(z.string()),
      signsLinks: z.boolean(),
    }),
  ),
});
/** What the deployment must know about the chains. */
export type ChainFacts = z.infer<typeof chainsSchema>;
/** An app that works for chains. */
export type ChainApp = ChainFacts['apps'][number];

export function readSnapshot(infraDir: string, name: string): Snapshot {
  return snapshotSchema.parse(JSON.parse(readFileSync(path.join(infraDir, `${name}.snapshot.json`), 'utf8')));
}

export function readChains(infraDir: string): ChainFacts {
  return chainsSchema.parse(JSON.parse(readFileSync(path.join(infraDir, 'chains.json'), 'utf8')));
}

/** The apps of the chains that a deployment has. Apps that name no chain serve all chains. */
export function appsIn({ outputs }: Snapshot, { apps }: ChainFacts): ChainApp[] {
  const chains = z.array(z.string()).parse(outputs['chains']);
  return apps.filter((app) => app.chains.length === 0 || app.chains.some((chain) => chains.includes(chain)));
}

/** All resources of a type. */
export function ofType({ predictedResources }: Snapshot, type: string): Resource[] {
  return predictedResources.filter((resource) => resource.type === type);
}

/** A property by its path, such as `siteConfig.minTlsVersion`. Undefined if it doesn't exist. */
export function property(resource: Resource, dotted: string): z.core.util.JSONType | undefined {
  return dotted
    .split('.')
    .reduce<z.core.util.JSONType | undefined>((value, key) => fieldOf(value, key), resource.properties);
}

/** A property that is text. Empty if the property is missing or something else. */
export function textAt(resource: Resource, dotted: string): string {
  const value = property(resource, dotted);
  return typeof value === 'string' ? value : '';
}

function fieldOf(value: z.core.util.JSONType | undefined, key: string): z.core.util.JSONType | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value[key] : undefined;
}

/** The part of the name after the last slash. */
export function lastName(resource: Resource): string {
  return resource.name.slice(resource.name.lastIndexOf('/') + 1);
}

const appSettingsSchema = z.array(z.object({ name: z.string(), value: z.string() }));

/** An app's settings by name. */
export function settingsOf(site: Resource): Map<string, string> {
  const settings = appSettingsSchema.parse(property(site, 'siteConfig.appSettings') ?? []);
  return new Map(settings.map(({ name, value }) => [name, value]));
}

/** The name of a site's app. The tag by which azd finds `func-intake-x` says `intake`. */
export function appOf(site: Resource): string {
  const tags = z.object({ 'azd-service-name': z.string() }).safeParse(site['tags']);
  return tags.success ? tags.data['azd-service-name'] : site.name;
}
