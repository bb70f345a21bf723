import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { RunStatusBody } from '@tally/api';
import type { StartedRun } from '@tally/client';
import { counted } from '@tally/contracts';
import { Option } from 'commander';
import { renderEnd, renderOutput } from '../render-output.ts';
import { deadlineOption, type StartOptions } from '../start-options.ts';
import { printable } from '../table.ts';
import { findUploads } from '../upload/upload-files.ts';
import { uploadMedia } from '../upload/upload-media.ts';
import { storageOf } from '../upload/upload-storage.ts';
import type { Verb } from '../verb.ts';
import { watchRun } from '../watch-run.ts';

interface UploadOptions extends Pick<StartOptions, 'deadline'> {
  readonly storageFile?: string;
  readonly watch?: true;
}

interface Uploaded {
  readonly file: string;
  readonly blob: string;
  readonly run: StartedRun;
}

export const uploadVerb: Verb<UploadOptions> = {
  usage: 'upload <files...>',
  description:
    'Uploads films and sounds (files, or patterns such as "*.mp4") and starts a run of the chain media for each.',
  options: [
    new Option(
      '--watch',
      'show each node of each run as it moves, to the end; the exit code is then 1 unless all have completed',
    ),
    new Option(
      '--storage-file <file>',
      "a file with the connection string of the system's storage account; default: that of npm start, or the variable TallyStorage",
    ),
    deadlineOption,
  ],
  perform: async ({ args, options, context, connect }) => {
    const { folder, progress, signal } = context;
    const files = findUploads(args, folder);
    const { client, target } = await connect();
    const storageFile = options.storageFile === undefined ? undefined : resolve(folder, options.storageFile);
    const store = storageOf(target, { storageFile, env: process.env });
    const uploaded: Uploaded[] = [];
    for (const { name, path } of files) {
      const started = await uploadMedia({ client, store, name, content: createReadStream(path), options, signal });
      uploaded.push({ file: name, ...started });
      progress.write(`${printable(name)}: run ${started.run.id} is started.\n`);
    }
    if (options.watch !== true) {
      const json = uploaded.map(({ file, blob, run }) => ({ file, blob, run: run.uris }));
      const runs = counted(uploaded.length, 'run');
      return { text: `${runs} started. Look at one: npm run tally -- status <run> --wait`, json };
    }
    const ended: { readonly file: string; readonly blob: string; readonly status: RunStatusBody }[] = [];
    for (const { file, blob, run } of uploaded) {
      progress.write(`\n${printable(file)}\n`);
      ended.push({ file, blob, status: await watchRun(run, { client, progress, signal }) });
    }
    const isGood = ended.every(({ status }) => status.runtimeStatus === 'Completed');
    return { text: ended.map(textOf).join('\n\n'), json: ended, exitCode: isGood ? 0 : 1 };
  },
};

function textOf({ file, status }: { readonly file: string; readonly status: RunStatusBody }): string {
  const output = renderOutput(status, (index) => `item ${index}`);
  const end = renderEnd(status.instanceId, status);
  return [printable(file), end, ...(output === null ? [] : [output])].join('\n');
}
