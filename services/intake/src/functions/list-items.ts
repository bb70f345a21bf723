import { operations } from '@tally/api';
import { answerItems } from '../http/answer-items.ts';
import { serve } from '../serve.ts';

serve(operations.listItems, answerItems);
