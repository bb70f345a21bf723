import { operations } from '@tally/api';
import { answerDeadLetters } from '../http/answer-dead-letters.ts';
import { serve } from '../serve.ts';

serve(operations.listDeadLetters, answerDeadLetters);
