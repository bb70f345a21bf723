/** An invalid declaration. The message says what is wrong, with the chain, the node and the limit. */
export class InvalidChainError extends Error {
  override readonly name = 'InvalidChainError';

  constructor(chain: string, node: string | null, problem: string, options?: ErrorOptions) {
    super(`chain "${chain}"${node === null ? '' : `, node "${node}"`}: ${problem}`, options);
  }
}
