import { join } from 'node:path';
import type { RunStatusBody } from '@tally/api';
import { blobRefSchema } from '@tally/chain';
import { INFECTED, media } from '@tally/chains';
import { renderEnd, renderOutput, uploadMedia, watchRun } from '@tally/cli';
import type { StartedRun } from '@tally/client';
import { createFfmpeg } from '@tally/ffmpeg';
import * as z from 'zod';
import { type DemoSystem, withDemoSystem } from '../system/demo-system.ts';
import { guard } from '../system/guard.ts';
import { saveBlob } from '../system/save-blob.ts';
import { say } from '../system/say.ts';
import { makeDemoClips } from './demo-clips.ts';
import { infectedFile } from './infected-file.ts';

export interface MediaDemoOptions {
  /** The system to use, one that `npm start` of this folder runs. */
  readonly url?: string;
  /** Never use a system that already runs. */
  readonly own?: true;
  /** Absolute path. The thumbnails go there, in one folder per run. */
  readonly folder: string;
}

/** Two clips of three seconds take a slow core a minute or two. A longer demo hangs. */
const guardMs = 420_000;

/** @returns the exit code: 0 when both clips went through and the infected file did not */
export async function runMediaDemo(options: MediaDemoOptions, interrupt: AbortSignal): Promise<number> {
  const signal = AbortSignal.any([interrupt, guard(guardMs)]);
  say('Making two clips of three seconds …');
  const clips = await makeDemoClips(createFfmpeg(), signal);
  const chain = media.definition.name;
  return await withDemoSystem({ chain, url: options.url, own: options.own, signal }, async (system) => {
    const started: Started[] = [];
    for (const { name, content } of [...clips, infectedFile()]) {
      const { run } = await uploadMedia({ client: system.client, store: system.blobs, name, content, signal });
      started.push({ name, run });
      say(`${name} is uploaded: run ${run.id}`);
    }
    const ended: boolean[] = [];
    for (const file of started) ended.push(await showRun(system, file, options.folder, signal));
    return ended.every(Boolean) ? 0 : 1;
  });
}

interface Started {
  readonly name: string;
  readonly run: StartedRun;
}

/** @returns whether the run has ended as expected */
async function showRun(
  { client, blobs }: DemoSystem,
  { name, run }: Started,
  folder: string,
  signal: AbortSignal,
): Promise<boolean> {
  say(`\n${name}`);
  const status = await watchRun(run, { client, progress: process.stdout, signal });
  say(renderEnd(run.id, status));
  if (name === infectedFile().name) return showRefused(status);
  const output = renderOutput(status, String);
  if (output !== null) say(output);
  const { thumbnail } = outputSchema.safeParse(status.output).data ?? {};
  if (thumbnail === undefined) return false;
  const file = join(folder, run.id, `${name}.jpg`);
  await saveBlob(blobs, thumbnail, file);
  say(`The thumbnail is saved: ${file}`);
  return status.runtimeStatus === 'Completed';
}

const outputSchema = z.looseObject({ thumbnail: blobRefSchema });

function showRefused({ runtimeStatus, output, nodes }: RunStatusBody): boolean {
  const begun = nodes.filter(({ openedAt }) => openedAt !== undefined).map((node) => node.name);
  const isAlone = begun.length === 1 && begun[0] === 'scan';
  say(isAlone ? 'Nothing after the scan has begun.' : `These have begun: ${begun.join(', ')}.`);
  return runtimeStatus === 'Failed' && codeSchema.safeParse(output).data?.code === INFECTED && isAlone;
}

const codeSchema = z.looseObject({ code: z.string() });
