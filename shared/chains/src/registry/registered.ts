import { faceHappiness } from '../face-happiness/face-happiness.ts';
import { media } from '../media/media.ts';
import { orders } from '../orders/orders.ts';
import { registryOf } from './registry.ts';

/** The chains of this deployment, with all versions that runs may still have. */
export const registry = registryOf([faceHappiness, orders, media]);
