import { operations } from '@tally/api';
import { answerControl } from '../http/answer-control.ts';
import { serve } from '../serve.ts';

serve(operations.rewindRun, (steps, call) => answerControl(steps, call, 'rewind'));
