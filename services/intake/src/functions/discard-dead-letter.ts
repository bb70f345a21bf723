import { operations } from '@tally/api';
import { answerDiscard } from '../http/answer-dead-letters.ts';
import { serve } from '../serve.ts';

serve(operations.discardDeadLetter, answerDiscard);
