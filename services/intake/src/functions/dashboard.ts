import { join } from 'node:path';
import { registerHttp } from '@tally/functions-kit';
import { app } from '../composition.ts';
import { answerPage } from '../dashboard/answer-page.ts';
import { readPageFiles } from '../dashboard/page-files.ts';
import { pathNotFound } from '../http/errors.ts';

/** The build puts the page beside the bundle. */
const files = readPageFiles(join(import.meta.dirname, '..', 'dashboard'));

registerHttp({
  name: 'dashboard',
  methods: ['GET'],
  route: 'dashboard/{*file}',
  access: 'anyone',
  log: app.log,
  handle: async (request) => answerPage(files, request, () => pathNotFound(request.method, request.url)),
});
