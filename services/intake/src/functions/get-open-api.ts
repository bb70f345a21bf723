import { openApiDocument, operations } from '@tally/api';
import { json } from '../http/context.ts';
import { serve } from '../serve.ts';

const document = openApiDocument();

serve(operations.getOpenApi, async () => json(200, document));
