import { parsePhotos } from '../photos.ts';
import { renderReport, reportJson } from '../report.ts';
import { runPhotos } from '../run-photos.ts';
import type { Verb } from '../verb.ts';

export const runVerb: Verb<object> = {
  usage: 'run <photos...>',
  description:
    'Finds the faces in photos (URLs, files, patterns such as "*.jpg", or folders of photos) and says which is the happiest. Local files are shown to the system while it runs.',
  perform: async ({ args, context, connect }) => {
    const photos = parsePhotos(args, context.folder);
    // The run is asked to end when somebody breaks off.
    const { client, target } = await connect('go-on');
    const { progress, signal } = context;
    const report = await runPhotos({ system: target, client, photos, progress, signal });
    const exitCode = report.status.runtimeStatus === 'Completed' ? 0 : 1;
    return { text: renderReport(report), json: reportJson(report), exitCode };
  },
};
