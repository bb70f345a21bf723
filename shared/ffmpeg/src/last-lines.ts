const MOST_LINES = 1_000;
/** Of a line: a file may hold a title of any length. */
const MOST_CHARACTERS = 500;

/** The last lines of what a program said, however much it says. */
export class LastLines {
  readonly #lines: string[] = [];
  #open = '';

  /** @param text any piece of the output; ffmpeg ends the lines that it writes over with a carriage return */
  add(text: string): void {
    const parts = `${this.#open}${text}`.split(/\r\n|[\r\n]/);
    this.#open = (parts.pop() ?? '').slice(0, MOST_CHARACTERS);
    for (const part of parts) this.addLine(part);
  }

  addLine(line: string): void {
    if (line.trim() === '') return;
    this.#lines.push(line.slice(0, MOST_CHARACTERS));
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
  }

  all(): string[] {
    return this.#open.trim() === '' ? [...this.#lines] : [...this.#lines, this.#open];
  }
}
