// The functions of the app: two per node.
import './functions/serve.ts';
