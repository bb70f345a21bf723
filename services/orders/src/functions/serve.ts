import { serve } from '@tally/functions-kit';
import { app, handlers, options } from '../composition.ts';

serve(app, [handlers], options);
