import * as z from 'zod';
import { appFunctionSchema } from './function-registry.ts';
import type { TypedData } from './functions-core.ts';
import type { TriggerInput } from './invocation.ts';

const bytesSchema = z.instanceof(Uint8Array);
const stringsSchema = z.record(z.string(), z.object({ value: z.string() }));

const dataSchema: z.ZodType<TypedData> = z.union([
  z.object({ string: z.string() }),
  z.object({ json: z.string() }),
  z.object({ bytes: bytesSchema }),
  z.object({
    http: z.object({
      method: z.string(),
      url: z.string(),
      nullableHeaders: stringsSchema,
      nullableParams: stringsSchema,
      nullableQuery: stringsSchema,
      body: z.object({ bytes: bytesSchema }).exactOptional(),
    }),
  }),
]);

const inputSchema: z.ZodType<TriggerInput> = z.object({
  data: dataSchema,
  metadata: z.record(z.string(), dataSchema).exactOptional(),
  traceParent: z.string().exactOptional(),
});

/** What the host sends to its worker. */
export const toWorkerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('invoke'), id: z.number(), name: z.string(), input: inputSchema }),
  z.object({ kind: z.literal('terminate') }),
]);
export type ToWorker = z.infer<typeof toWorkerSchema>;

/** What the worker sends to its host. */
export const fromWorkerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), functions: z.array(appFunctionSchema) }),
  z.object({ kind: z.literal('succeeded'), id: z.number(), returnValue: z.unknown() }),
  /** The worker's log has more details. */
  z.object({ kind: z.literal('failed'), id: z.number(), message: z.string() }),
]);
export type FromWorker = z.infer<typeof fromWorkerSchema>;
