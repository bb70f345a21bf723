const MOST_LINES = 1_000;
/** The most characters kept of a line. A file may hold a title of any length. */
const MOST_CHARACTERS = 500;

/** The last lines of a program's output, however long it is. */
export class LastLines {
  readonly #lines: string[] = [];
  #open = '';

  /** @param text any piece of the output; ffmpeg ends lines that it will overwrite with a carriage return */
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
