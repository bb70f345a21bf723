import { render } from 'preact';
import { checkControl } from './data/control-check.ts';
import { App } from './shell/app.tsx';

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no place for the app');
checkControl();
render(<App />, root);
