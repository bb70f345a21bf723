/** A wait that another can end. An end that comes while nobody waits is kept for the next wait. */
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
