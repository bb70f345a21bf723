import { ofType, type Resource, type Snapshot } from '../snapshot.ts';

/** Functions that break a copy of a snapshot. Some throw if there is nothing to break. */
const SITE = 'Microsoft.Web/sites';

export function set(type: string, name: string, value: Resource['properties'][string]): (copy: Snapshot) => void {
  return (copy) => {
    const found = ofType(copy, type);
    if (found.length === 0) throw new Error('there is nothing to break');
    for (const { properties } of found) properties[name] = value;
  };
}

export function setIn(type: string, name: string, fields: Record<string, Resource['properties'][string]>) {
  return (copy: Snapshot): void => {
    for (const { properties } of ofType(copy, type)) {
      const before = properties[name];
      properties[name] = { ...(typeof before === 'object' && !Array.isArray(before) ? before : {}), ...fields };
    }
  };
}

export function retitle(type: string, name: string): (copy: Snapshot) => void {
  return (copy) => {
    for (const resource of ofType(copy, type)) resource.name = name;
  };
}

export function resku(type: string, name: string): (copy: Snapshot) => void {
  return (copy) => {
    for (const resource of ofType(copy, type)) resource.sku = { name };
  };
}

export function rename(from: string, to: string): (copy: Snapshot) => void {
  return (copy) => {
    const found = copy.predictedResources.filter(({ id }) => id.endsWith(from) || id.includes(`${from}/`));
    if (found.length === 0) throw new Error('there is nothing to break');
    for (const resource of found) {
      resource.id = resource.id.replace(from, to);
      resource.name = resource.id.slice(resource.id.lastIndexOf('/') + 1);
    }
  };
}

export function drop(end: string): (copy: Snapshot) => void {
  const pattern = new RegExp(`${end}$`);
  return (copy) => {
    const rest = copy.predictedResources.filter(({ id }) => !pattern.test(id));
    if (rest.length === copy.predictedResources.length) throw new Error('there is nothing to drop');
    copy.predictedResources = rest;
  };
}

export function output(name: string, value: Snapshot['outputs'][string]): (copy: Snapshot) => void {
  return ({ outputs }) => {
    outputs[name] = value;
  };
}

export function twice(type: string): (copy: Snapshot) => void {
  return (copy) => void copy.predictedResources.push(...ofType(copy, type));
}

/** Sets a setting of one app. */
export function setting(app: string, name: string, value: string): (copy: Snapshot) => void {
  return changeSettings((site, settings) =>
    site.name.startsWith(`func-${app}-`)
      ? [...settings.filter((entry) => entry.name !== name), { name, value }]
      : settings,
  );
}

/** Removes a setting from all apps. */
export function dropSetting(name: string): (copy: Snapshot) => void {
  return changeSettings((_, settings) => settings.filter((entry) => entry.name !== name));
}

interface Setting {
  readonly name: string;
  readonly value: string;
}

function changeSettings(change: (site: Resource, settings: Setting[]) => Setting[]): (copy: Snapshot) => void {
  return (copy) => {
    for (const site of ofType(copy, SITE)) {
      const config = site.properties['siteConfig'];
      if (typeof config !== 'object' || config === null || Array.isArray(config)) throw new Error('no siteConfig');
      const settings = config['appSettings'];
      if (!Array.isArray(settings)) throw new Error('no settings');
      config['appSettings'] = change(site, settings.map(entryOf)).map((entry) => ({ ...entry }));
    }
  };
}

function entryOf(entry: Resource['properties'][string]): Setting {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw new Error('no setting');
  const { name, value } = entry;
  if (typeof name !== 'string' || typeof value !== 'string') throw new Error('no setting');
  return { name, value };
}
