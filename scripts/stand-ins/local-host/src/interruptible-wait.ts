/** A wait that other code can end early. An end that comes outside a wait is kept for the next wait. */
export class InterruptibleWait {
  #ended = false;
  #end: (() => void) | undefined;

  end(): void {
    this.#ended = true;
    this.#end?.();
  }

  async wait(ms: number): Promise<void> {
    if (!this.#ended) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#end = undefined;
    this.#ended = false;
  }
}
