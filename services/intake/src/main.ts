// The functions of the app: each file registers one.
import './functions/dispatch.ts';
import './functions/dispatch-poison.ts';
import './functions/get-run.ts';
import './functions/health.ts';
import './functions/list-items.ts';
import './functions/start-run.ts';
