import { operations } from '@tally/api';
import { answerRedrive } from '../http/answer-dead-letters.ts';
import { serve } from '../serve.ts';

serve(operations.redriveDeadLetter, answerRedrive);
