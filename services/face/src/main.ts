import './functions/lifecycle.ts';
import './functions/detect.ts';
import './functions/health.ts';
