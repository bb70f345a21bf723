import { operations } from '@tally/api';
import { answerStart } from '../http/answer-start.ts';
import { serve } from '../serve.ts';

serve(operations.startRunAs, answerStart);
