import * as z from 'zod';

/** A handler's call, as the recorder receives it. */
export const workCallSchema = z.object({
  key: z.string(),
  runId: z.string(),
  generation: z.string(),
  node: z.string(),
  attempt: z.number(),
  /** Id of the calling process. */
  pid: z.number(),
  input: z.unknown(),
});
export type WorkCall = z.infer<typeof workCallSchema>;

/** The recorder's answer with status 200. Any other status means an error that is worth a retry. */
export const workAnswerSchema = z.union([z.object({ result: z.unknown() }), z.object({ fatal: z.string() })]);
export type WorkAnswer = z.infer<typeof workAnswerSchema>;

/** A node's result. It contains the key of its work, so that it shows to which round it belongs. */
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
