import { registry } from '@tally/chains';
import type { FaceSystem } from './face.ts';

const { name: defaultChain } = registry.defaultChain;

export interface ReadyFacts {
  readonly baseUrl: string;
  readonly connectionString: string;
  /** The folder of the data. Null if the storage was given. */
  readonly dataFolder: string | null;
  readonly face: FaceSystem;
  /** Holds the mails. Null: no mails are caught. */
  readonly mailFolder: string | null;
  /** A photo that the face service can fetch. */
  readonly photoUrl: string;
  /** Names of the chains whose apps were started. */
  readonly chains: readonly string[];
}

/** What can be done with a chain, for a person who sees it for the first time. */
type Hint = (facts: Pick<ReadyFacts, 'baseUrl' | 'photoUrl'>) => string;

const order = {
  number: 'A-1001',
  customer: { name: 'Zoe Miller', email: 'zoe@example.org' },
  currency: 'EUR',
  lines: [{ article: 'Tea', quantity: 3, price: 4.5 }],
};

const hints: Readonly<Record<string, Hint>> = {
  [defaultChain]: ({ baseUrl, photoUrl }) => `
  Start a run:
    ${post(`${baseUrl}/api/runs`, [photoUrl])}
  and follow the statusQueryGetUri that it answers.

  Photos of your own:  npm run tally -- run photo1.jpg photo2.jpg
  Six sample photos:   npm run demo
`,
  orders: ({ baseUrl }) => `
  Start a run of orders:
    ${post(`${baseUrl}/api/chains/orders/runs`, order)}
  A sample order:      npm run demo -- orders
`,
  media: () => `
  A film of your own:  npm run tally -- upload film.mp4 --watch
  Two sample clips:    npm run demo -- media
`,
};

/** For a chain that a user has added. The list of all chains describes its input. */
function hintOf(chain: string): Hint {
  return (
    hints[chain] ??
    (({ baseUrl }) => `
  Start a run of ${chain}, whose input is described at ${baseUrl}/api/chains:
    curl -i -X POST ${baseUrl}/api/chains/${chain}/runs -H 'content-type: application/json' -d '<its input as JSON>'
`)
  );
}

function post(url: string, body: unknown): string {
  return `curl -i -X POST ${url} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
}

/**
 * The message of `npm start` when everything is ready. It suffices to start a first run and to find the data.
 */
export function readyText(facts: ReadyFacts): string {
  const { baseUrl, connectionString, dataFolder, face, mailFolder, chains } = facts;
  const faces =
    face.kind === 'none'
      ? 'none: no chain needs it'
      : `${face.url}  ${face.kind === 'local' ? '(our own, on this machine)' : ''}`;
  const mailLine =
    mailFolder === null ? '' : `  Mails    ${mailFolder}  (caught, none is sent: npm run tally -- mails)\n`;
  const dataNote = dataFolder === null ? 'in the given storage' : `${dataFolder}  (kept; the next start uses it again)`;
  return `
Tally is ready.

  Page     ${baseUrl}/api/dashboard
  API      ${baseUrl}/api/runs
  Faces    ${faces}
${mailLine}  Data     ${dataNote}
  Storage  for Storage Explorer, "Connect to Azure Storage" > "Storage account" > "Connection string":
           ${dataFolder === null ? 'the given connection string' : connectionString}
${chains.map((chain) => hintOf(chain)(facts)).join('')}
  Ctrl-C stops everything.
`.replace(/ +$/gm, '');
}
