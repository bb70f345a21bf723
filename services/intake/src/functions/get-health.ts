import { operations } from '@tally/api';
import { json } from '../http/context.ts';
import { serve } from '../serve.ts';

serve(operations.getHealth, async ({ chain }) =>
  json(200, { status: 'ok', chain: chain.name, version: chain.version }),
);
