const KEPT = 200;

/** The last lines that several programs printed, in the order of their arrival. */
export class LastLines {
  readonly #lines: string[] = [];

  /** @returns a function that records a line of this program */
  adder(program: string): (line: string) => void {
    return (line) => {
      this.#lines.push(`${program}: ${line}`);
      if (this.#lines.length > KEPT) this.#lines.shift();
    };
  }

  text(): string {
    return this.#lines.join('\n');
  }
}
