import { operations } from '@tally/api';
import { answerList } from '../http/answer-list.ts';
import { serve } from '../serve.ts';

serve(operations.listRuns, answerList);
