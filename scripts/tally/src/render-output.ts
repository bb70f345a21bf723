import type { RunOutput, RunStatusBody } from '@tally/api';
import { counted } from '@tally/contracts';
import { printable, renderFields } from './table.ts';

type Output = RunStatusBody['output'];

/**
 * The values of a completed run that has found faces; else null.
 * @param nameOf what a person calls the image
 */
export function renderOutput(output: Output, nameOf: (index: number) => string): string | null {
  if (!isResult(output) || output.min_val === null || output.max_val === null || output.mean === null) return null;
  const { min_val, max_val, mean, saddest, happiest } = output;
  return renderFields([
    ['min_val', `${min_val.toFixed(4)}  ${saddest === null ? '' : nameOf(saddest.index)}`],
    ['max_val', `${max_val.toFixed(4)}  ${happiest === null ? '' : nameOf(happiest.index)}`],
    ['mean', `${mean.toFixed(4)}  ${foundIn(output)}`],
  ]);
}

/** How a run has ended, in a sentence or two. */
export function renderEnd(
  id: string,
  { runtimeStatus, output }: Pick<RunStatusBody, 'runtimeStatus' | 'output'>,
): string {
  if (isResult(output)) return `Run ${id} completed${output.faces === 0 ? `: ${foundIn(output)}` : ''}.`;
  return `Run ${id} ended as ${runtimeStatus}. ${renderReason(output) ?? 'No reason is given.'}`;
}

/** Why a run has not completed, where it is known. */
export function renderReason(output: Output): string | null {
  if (output === null || isResult(output)) return null;
  return printable(typeof output === 'string' ? output : `${output.code}: ${output.message}`);
}

function isResult(output: Output): output is RunOutput {
  return typeof output === 'object' && output !== null && 'min_val' in output;
}

/** `22 faces in 6 images (1 without a face)` */
function foundIn({ faces, images }: RunOutput): string {
  const notes = [
    ...(images.noFace > 0 ? [`${images.noFace} without a face`] : []),
    ...(images.failed > 0 ? [`${images.failed} failed`] : []),
  ];
  const note = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  return `${counted(faces, 'face')} in ${counted(images.total, 'image')}${note}`;
}
