import { operations } from '@tally/api';
import { answerRestart } from '../http/answer-restart.ts';
import { serve } from '../serve.ts';

serve(operations.restartRun, answerRestart);
