import type { Blobs, Duration } from '@tally/chain';
import type { OrderFiles } from '@tally/chains';
import type { MailLink } from './mail.ts';

const LABELS = { pdf: 'The document (PDF)', video: 'The video (MP4)' } as const;

/**
 * What a mail says about the files of an order: links to the files that exist, and a sentence about each
 * missing one.
 */
export async function linkFiles(
  files: OrderFiles,
  blobs: Blobs,
  valid: Duration,
): Promise<{ readonly links: MailLink[]; readonly missing: string[] }> {
  const links: MailLink[] = [];
  const missing: string[] = [];
  for (const kind of ['pdf', 'video'] as const) {
    const file = files[kind];
    if (file === null) missing.push(`${LABELS[kind]} could not be made.`);
    else links.push({ label: LABELS[kind], url: await blobs.link(file, valid) });
  }
  return { links, missing };
}
