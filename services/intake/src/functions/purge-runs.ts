import { operations } from '@tally/api';
import { answerPurgeMany } from '../http/answer-purge.ts';
import { serve } from '../serve.ts';

serve(operations.purgeRuns, answerPurgeMany);
