import './functions/answer-link.ts';
import './functions/api.ts';
import './functions/dashboard.ts';
import './functions/dispatch.ts';
import './functions/dispatch-poison.ts';
import './functions/not-found.ts';
