import { z } from 'zod';

/** A handler's call, as the recorder gets it. */
export const workCallSchema = z.object({
  key: z.string(),
  runId: z.string(),
  gen: z.string(),
  node: z.string(),
  attempt: z.number(),
  /** Of the process that calls. */
  pid: z.number(),
  input: z.unknown(),
});
export type WorkCall = z.infer<typeof workCallSchema>;

/** What the recorder answers with 200; any other status stands for an error that is worth another try. */
export const workAnswerSchema = z.union([z.object({ result: z.unknown() }), z.object({ fatal: z.string() })]);
export type WorkAnswer = z.infer<typeof workAnswerSchema>;

/** What a node brings: the key of its work is in it, so that a result tells which round it is of. */
export function resultOf(node: string, key: string): unknown {
  const file = { container: 'works', name: key, bytes: 1 };
  const row = { table: 'works', partition: node, row: key };
  const results: Readonly<Record<string, unknown>> = {
    ...{ save: row, database: row, audit: row, pdf: file, video: file, copy: file, transcode: file, thumbnail: file },
    scan: { file, etag: key, type: 'video/mp4', by: 'eicar' },
    metadata: { format: key, seconds: 1, width: null, height: null, videoCodec: null, audioCodec: null },
    loudness: { lufs: -23 },
    notify: { id: key, sent: true },
  };
  return results[node] ?? { messageId: key };
}
