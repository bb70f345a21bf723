// The functions of the app: each file registers one.
import './functions/collect.ts';
import './functions/collect-poison.ts';
import './functions/purge.ts';
import './functions/watchdog.ts';
