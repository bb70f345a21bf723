// The functions of the app: each file registers one.
import './functions/dispatch.ts';
import './functions/dispatch-poison.ts';
import './functions/get-chain.ts';
import './functions/get-health.ts';
import './functions/get-open-api.ts';
import './functions/get-run.ts';
import './functions/list-items.ts';
import './functions/not-found.ts';
import './functions/raise-event.ts';
import './functions/resume-run.ts';
import './functions/rewind-run.ts';
import './functions/start-run.ts';
import './functions/start-run-as.ts';
import './functions/suspend-run.ts';
import './functions/terminate-run.ts';
import './functions/update-run.ts';
