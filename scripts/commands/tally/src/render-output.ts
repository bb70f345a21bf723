import { type RunStatusBody, runErrorSchema } from '@tally/api';
import { counted } from '@tally/contracts';
import { type HappinessOutput, readHappiness } from './happiness-output.ts';
import { printable, renderFields } from './table.ts';

type Ended = Pick<RunStatusBody, 'runtimeStatus' | 'output'>;

/**
 * The result of a completed run. For a run over photos these are the values of the faces, if it has found
 * any. For another chain it is the output. Else null.
 * @param nameOf a person's name for the image
 */
export function renderOutput({ runtimeStatus, output }: Ended, nameOf: (index: number) => string): string | null {
  if (runtimeStatus !== 'Completed') return null;
  const result = readHappiness(output);
  if (result === null) return output === null ? null : renderJson(output);
  const { min_val, max_val, mean, saddest, happiest } = result;
  if (min_val === null || max_val === null || mean === null) return null;
  return renderFields([
    ['min_val', `${min_val.toFixed(4)}  ${saddest === null ? '' : nameOf(saddest.index)}`],
    ['max_val', `${max_val.toFixed(4)}  ${happiest === null ? '' : nameOf(happiest.index)}`],
    ['mean', `${mean.toFixed(4)}  ${foundIn(result)}`],
  ]);
}

/** How a run has ended, in a sentence or two. */
export function renderEnd(id: string, ended: Ended): string {
  if (ended.runtimeStatus !== 'Completed')
    return `Run ${id} ended as ${ended.runtimeStatus}. ${renderReason(ended) ?? 'No reason is given.'}`;
  const result = readHappiness(ended.output);
  return `Run ${id} completed${result?.faces === 0 ? `: ${foundIn(result)}` : ''}.`;
}

/** Why a run has not completed, if that is known. */
export function renderReason({ runtimeStatus, output }: Ended): string | null {
  if (runtimeStatus === 'Completed' || output === null) return null;
  const error = runErrorSchema.safeParse(output).data;
  if (error !== undefined) return printable(`${error.code}: ${error.message}`);
  return typeof output === 'string' ? printable(output) : null;
}

function renderJson(value: unknown): string {
  return JSON.stringify(value, null, 2).split('\n').map(printable).join('\n');
}

/** `22 faces in 6 images (1 without a face)` */
function foundIn({ faces, images }: HappinessOutput): string {
  const notes = [
    ...(images.noFace > 0 ? [`${images.noFace} without a face`] : []),
    ...(images.failed > 0 ? [`${images.failed} failed`] : []),
  ];
  const note = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  return `${counted(faces, 'face')} in ${counted(images.total, 'image')}${note}`;
}
