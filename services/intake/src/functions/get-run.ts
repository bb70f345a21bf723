import { operations } from '@tally/api';
import { answerStatus } from '../http/answer-status.ts';
import { serve } from '../serve.ts';

serve(operations.getRun, answerStatus);
