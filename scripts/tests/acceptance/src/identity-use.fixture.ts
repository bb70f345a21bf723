// A process that uses tables, queues and blobs as a deployed app does, with the settings in its environment.
// It sends what it read.
import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { allBytes, connectBlobs } from '@tally/blobs';
import { readSettings, storageSettingsSchema } from '@tally/functions-kit';
import { connectQueues } from '@tally/queues';
import { connectTables } from '@tally/run-store';

// The names of storage accounts lead to this machine, and other names lead nowhere, so that nothing reaches
// Azure.
type Found = (error: Error | null, addresses: LookupAddress[]) => void;
Object.assign(dns, {
  lookup: (host: string, options: LookupOptions, found: Found) => {
    if (options.all !== true) throw new Error('Node asks for all addresses of a name');
    if (host.endsWith('.core.windows.net')) found(null, [{ address: '127.0.0.1', family: 4 }]);
    else found(new Error(`${host} is not looked up in this test`), []);
  },
});
syncBuiltinESMExports();

const connection = readSettings(storageSettingsSchema, process.env);
const tables = connectTables(connection);
await tables.create(['rows']);
const row = (rowKey: string) => ({ partitionKey: 'p', rowKey, cells: { value: rowKey } });
await tables.write('rows', [{ kind: 'insert', row: row('alone') }]);
await tables.write('rows', [
  { kind: 'insert', row: row('one') },
  { kind: 'insert', row: row('two') },
]);
const alone = await tables.get('rows', 'p', 'alone');
const listed: string[] = [];
for await (const { rowKey } of tables.list('rows', { partitionKey: 'p' })) listed.push(rowKey);

const queues = connectQueues(connection);
await queues.create(['letters']);
await queues.send('letters', 'a letter');
const depth = await queues.depth('letters');
const hasHead = (await queues.headInsertedAt('letters')) !== null;

const blobs = connectBlobs(connection);
await blobs.createContainers(['files']);
const [original, copy] = ['original', 'copy'].map((name) => ({ container: 'files', name }));
if (original === undefined || copy === undefined) throw new Error('two addresses are two');
await blobs.put(original, Buffer.from('a file'), { contentType: 'text/plain', maxBytes: 100 });
await blobs.copy(original, copy);
const file = Buffer.from(await allBytes(await blobs.get(copy))).toString();
// A caller that has the link needs no token.
const links = [await blobs.link(original, 60_000), await blobs.link(copy, 60_000)];
const linked = await Promise.all(links.map(async (link) => await (await fetch(link)).text()));

// Then the process exits. Kept connections would prevent that.
process.send?.({ value: alone?.cells['value'], listed, depth, hasHead, file, linked }, () => process.exit(0));
