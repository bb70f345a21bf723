import { operations } from '@tally/api';
import { answerEvent } from '../http/answer-event.ts';
import { serve } from '../serve.ts';

serve(operations.raiseEvent, answerEvent);
