// The functions of the app: each file registers one.
import './functions/detect.ts';
