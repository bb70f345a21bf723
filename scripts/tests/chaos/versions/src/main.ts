import { handlersFor } from '@tally/chain';
import { composeApp, serve } from '@tally/functions-kit';
import { recordedWork } from '../../works/src/recorded-work.ts';
import { done, first, isNewer, second } from './chains.ts';

/** The app of a chain in two versions. An older process knows only one of them. */
const work = recordedWork(done);
const old = handlersFor(first, 'versions', { begin: work, parts: work, tell: work });
const next = handlersFor(second, 'versions', { begin: work, check: work, parts: work, tell: work, archive: work });
const tables = isNewer ? [old, next] : [old];
const chains = tables.map(({ chain }) => chain);
serve(composeApp('versions', chains, process.env), tables);
