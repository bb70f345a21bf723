// The functions of the app: two per queue.
import './functions/serve.ts';
