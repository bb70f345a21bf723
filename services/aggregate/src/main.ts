// The functions of the app: each file registers one.
import './functions/aggregate.ts';
import './functions/aggregate-poison.ts';
import './functions/purge.ts';
import './functions/watchdog.ts';
