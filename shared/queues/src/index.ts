export { connectQueues } from './azure/connect-queues.ts';
export { MessageTextError, MessageTooLargeError } from './errors.ts';
export { type HeldMessage, MemoryQueues, type ReceivedMessage } from './memory-queues.ts';
export type { PeekedMessage, Queues } from './port.ts';
