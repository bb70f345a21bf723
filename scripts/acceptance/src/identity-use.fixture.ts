// A process that uses tables and queues as a deployed app does: by the settings in its environment. It sends what it read.
import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { readSettings, storageSettingsSchema } from '@tally/functions-kit';
import { connectQueues } from '@tally/queues';
import { connectTables } from '@tally/run-store';

// The names of storage accounts lead to this machine, and no other name leads anywhere: nothing of this reaches Azure.
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

// Then it ends: kept connections would hold it.
process.send?.({ value: alone?.cells['value'], listed, depth, hasHead }, () => process.exit(0));
