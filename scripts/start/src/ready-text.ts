import type { FaceSystem } from './face.ts';

export interface ReadyFacts {
  readonly baseUrl: string;
  readonly connectionString: string;
  /** Where the data lie; null where the storage was given. */
  readonly dataFolder: string | null;
  readonly face: FaceSystem;
  /** A photo that the face service can fetch. */
  readonly photoUrl: string;
}

/** What `npm start` says when everything is ready: enough to start a first run and to find the data. */
export function readyText({ baseUrl, connectionString, dataFolder, face, photoUrl }: ReadyFacts): string {
  const faceNote = face.kind === 'local' ? '(our own, on this machine)' : '';
  const dataNote =
    dataFolder === null ? 'in the given storage' : `${dataFolder}  (kept; the next start goes on with it)`;
  return `
Tally is ready.

  API      ${baseUrl}/api/runs
  Faces    ${face.url}  ${faceNote}
  Data     ${dataNote}
  Storage  for Storage Explorer, "Connect to Azure Storage" > "Storage account" > "Connection string":
           ${dataFolder === null ? 'the connection string that was given' : connectionString}

  Start a run:
    curl -i -X POST ${baseUrl}/api/runs -H 'content-type: application/json' -d '["${photoUrl}"]'
  and follow the statusQueryGetUri that it answers.

  Photos of your own:  npm run tally -- run photo1.jpg photo2.jpg
  Six sample photos:   npm run demo

  Ctrl-C stops everything.
`.replace(/ +$/gm, '');
}
