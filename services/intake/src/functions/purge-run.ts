import { operations } from '@tally/api';
import { answerPurge } from '../http/answer-purge.ts';
import { serve } from '../serve.ts';

serve(operations.purgeRun, answerPurge);
