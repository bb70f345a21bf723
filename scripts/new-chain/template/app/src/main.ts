// The functions of the app: two a node.
import './functions/serve.ts';
