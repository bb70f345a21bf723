import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { HostError } from './host-error.ts';
import { overrideHostJson } from './host-json-overrides.ts';
import type { Environment } from './host-settings.ts';
import { timeSpanSchema } from './time-span.ts';

const defaultBatchSize = 16;

const queuesSchema = z
  .strictObject({
    batchSize: z.int().min(1).max(32).default(defaultBatchSize),
    newBatchThreshold: z.int().min(0).optional(),
    // The official host's default is one minute, and two seconds in development. This host is for development
    // (rule 4).
    maxPollingInterval: timeSpanSchema.pipe(z.number().min(100, 'must be at least 100 ms')).prefault('00:00:02'),
    visibilityTimeout: timeSpanSchema.prefault('00:00:00'),
    maxDequeueCount: z.int().min(1).default(5),
    messageEncoding: z.enum(['base64', 'none']).default('base64'),
  })
  .transform(({ maxPollingInterval, visibilityTimeout, newBatchThreshold, ...rest }) => ({
    ...rest,
    // rule 3: half the batch for each processor.
    newBatchThreshold: newBatchThreshold ?? Math.floor(rest.batchSize / 2) * availableParallelism(),
    maxPollingIntervalMs: maxPollingInterval,
    visibilityTimeoutMs: visibilityTimeout,
  }));

const hostConfigSchema = z
  .object({
    version: z.literal('2.0'),
    // The Flex Consumption default. "-1" is the official spelling of "no limit".
    functionTimeout: z.union([z.literal('-1').transform(() => undefined), timeSpanSchema]).prefault('00:30:00'),
    extensions: z
      .object({
        http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
        queues: queuesSchema.prefault({}),
      })
      .prefault({}),
    logging: z.object({ logLevel: z.object({ default: z.string().default('Information') }).prefault({}) }).prefault({}),
  })
  .transform(({ functionTimeout, extensions, logging }) => ({
    functionTimeoutMs: functionTimeout,
    routePrefix: extensions.http.routePrefix.replace(/^\/|\/$/g, ''),
    queues: extensions.queues,
    logLevel: logging.logLevel.default,
  }));

/**
 * The part of an app's host.json that the local host applies. All times are in milliseconds. All defaults are
 * filled in.
 */
export type HostConfig = z.infer<typeof hostConfigSchema>;
export type QueuesConfig = HostConfig['queues'];

/**
 * Checks the parsed content of a host.json. Unknown sections are accepted, because the official host has many
 * more. Unknown queue settings are rejected, because a misspelt setting would silently get its default.
 * @throws HostError naming every wrong field
 */
export function parseHostConfig(content: unknown, file: string): HostConfig {
  const parsed = hostConfigSchema.safeParse(content);
  if (!parsed.success) throw new HostError(`${file} is wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/**
 * Reads `<appDir>/host.json` and applies the environment's overrides.
 * @throws HostError when the app isn't built, or the file is wrong
 */
export function readHostConfig(appDir: string, env: Environment): HostConfig {
  const file = join(appDir, 'host.json');
  return parseHostConfig(overrideHostJson(readJson(file), env), file);
}

/** @throws HostError when the file is missing or not JSON */
function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new HostError(`There is no ${file}. Build the app first: npm run build.`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HostError(`${file} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
