/** A few lines at the bottom of a terminal that change in place. */

/** A line of the view. */
export interface ViewLine {
  readonly text: string;
  /** How it looks where there is colour. Default: as all text. */
  readonly tone?: "dim" | "good" | "bad";
}

/** The terminal, as far as it is used. */
export interface Terminal {
  /** Writes to it, at once. */
  write(text: string): void;
  /** Its width, in characters. */
  columns(): number;
  /** Whether colours may be used. */
  readonly color: boolean;
}

const TONES = { dim: "\x1b[2m", good: "\x1b[32m", bad: "\x1b[31m" } as const;
/** What writes where the view stands. */
const METHODS = ["log", "info", "debug", "warn", "error"] as const;

const lengthOf = (text: string) => [...text].length;

/** As many characters as fit, the last of them an ellipsis where some do not. */
export function clipped(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width
    ? text
    : characters.slice(0, Math.max(0, width - 1)).join("") + (width > 0 ? "…" : "");
}

/**
 * The view. Each frame is one write, and none where nothing has changed. The cursor is never hidden, and stands below the view between frames: whatever
 * happens, the next text, or the shell's prompt, has a line of its own. What the console prints meanwhile stands above the view.
 */
export class LiveLines {
  #lengths: readonly number[] = [];
  #frame = "";
  #lines: readonly ViewLine[] = [];
  #restore: () => void;

  constructor(readonly terminal: Terminal) {
    const restored = METHODS.map((method) => {
      const own = console[method];
      console[method] = (...values: unknown[]) => this.aside(() => own.apply(console, values));
      const replaced = console[method];
      return () => {
        if (console[method] === replaced) console[method] = own;
      };
    });
    this.#restore = () => restored.forEach((restore) => restore());
  }

  /** What takes the cursor from below the view to its first line. After a terminal has become narrower, a line of it takes several rows. */
  #up(): string {
    const columns = Math.max(1, this.terminal.columns());
    const rows = this.#lengths.reduce((sum, length) => sum + Math.max(1, Math.ceil(length / columns)), 0);
    return rows > 0 ? `\x1b[${rows}A` : "";
  }

  /** Shows lines in the place of those before, each cut at the edge. */
  draw(lines: readonly ViewLine[]): void {
    const { terminal } = this, width = Math.max(1, terminal.columns() - 1);
    const shown = lines.map(({ text, tone }) => ({ text: clipped(text, width), tone }));
    const frame = shown.map(({ text, tone }) => {
      const painted = tone && terminal.color ? `${TONES[tone]}${text}\x1b[0m` : text;
      return `${painted}\x1b[K\n`;
    }).join("");
    this.#lines = lines;
    const lengths = shown.map(({ text }) => lengthOf(text));
    if (frame === this.#frame && this.#lengths.length > 0) return;
    terminal.write(`${this.#up()}\r${frame}\x1b[J`);
    this.#frame = frame;
    this.#lengths = lengths;
  }

  /** Takes the view away. */
  clear(): void {
    if (this.#lengths.length > 0) this.terminal.write(`${this.#up()}\r\x1b[J`);
    this.#lengths = [];
    this.#frame = "";
  }

  /** Takes the view away while something is printed. */
  aside(print: () => void): void {
    if (this.#lengths.length === 0) return print();
    this.clear();
    try {
      print();
    } finally {
      this.draw(this.#lines);
    }
  }

  /** Takes the view away for good. */
  end(): void {
    this.clear();
    this.#restore();
  }
}
