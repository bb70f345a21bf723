import { operations } from '@tally/api';
import { answerChain } from '../http/answer-chain.ts';
import { serve } from '../serve.ts';

serve(operations.getChain, answerChain);
