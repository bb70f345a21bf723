import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Names of the folders below `servicesDir` that hold a Functions app, in alphabetical order. */
export function findServices(servicesDir: string): string[] {
  return readdirSync(servicesDir)
    .filter((name) => existsSync(join(servicesDir, name, 'src', 'main.ts')))
    .sort();
}
