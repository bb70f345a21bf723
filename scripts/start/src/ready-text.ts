import type { FaceSystem } from './face.ts';

export interface ReadyFacts {
  readonly baseUrl: string;
  readonly connectionString: string;
  /** Where the data lie; null where the storage was given. */
  readonly dataFolder: string | null;
  readonly face: FaceSystem;
  /** Holds the mails; null: none are caught. */
  readonly mailFolder: string | null;
  /** A photo that the face service can fetch. */
  readonly photoUrl: string;
}

/** What `npm start` says when everything is ready: enough to start a first run and to find the data. */
export function readyText({ baseUrl, connectionString, dataFolder, face, mailFolder, photoUrl }: ReadyFacts): string {
  const faces =
    face.kind === 'none'
      ? 'none: no chain asks for them'
      : `${face.url}  ${face.kind === 'local' ? '(our own, on this machine)' : ''}`;
  const mailLine =
    mailFolder === null ? '' : `  Mails    ${mailFolder}  (caught, none is sent: npm run tally -- mails)\n`;
  const dataNote =
    dataFolder === null ? 'in the given storage' : `${dataFolder}  (kept; the next start goes on with it)`;
  return `
Tally is ready.

  Page     ${baseUrl}/api/dashboard
  API      ${baseUrl}/api/runs
  Faces    ${faces}
${mailLine}  Data     ${dataNote}
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
