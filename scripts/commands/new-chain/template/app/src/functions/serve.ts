import { serve } from '@tally/functions-kit';
import { app, handlers } from '../composition.ts';

serve(app, handlers);
