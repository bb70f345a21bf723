const KEPT = 200;

/** The last lines that several programs have printed, in the order in which they came. */
export class LastLines {
  readonly #lines: string[] = [];

  /** @returns takes the lines of this program */
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
