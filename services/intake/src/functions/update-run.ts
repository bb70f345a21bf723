import { operations } from '@tally/api';
import { answerUpdate } from '../http/answer-control.ts';
import { serve } from '../serve.ts';

serve(operations.updateRun, answerUpdate);
