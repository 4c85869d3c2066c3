/** A terminal that tests can read. */
import assert from "node:assert/strict";
import type { Terminal } from "../../lib/learner/live_lines.ts";

/** What a terminal takes for a command. */
const SEQUENCE = new RegExp(`^${"\x1b"}\\[(\\d*)([A-Zm])`);

/** A terminal's screen: what it shows after what was written, with lines wrapped anew where it becomes narrower, as terminals do. */
export class Screen implements Terminal {
  readonly color = false;
  readonly writes: string[] = [];
  /** Rows, each with whether it goes on in the next. */
  #rows: { text: string[]; wraps: boolean }[] = [{ text: [], wraps: false }];
  #y = 0;
  #x = 0;

  constructor(public width = 60) {}

  columns(): number {
    return this.width;
  }

  write(text: string): void {
    this.writes.push(text);
    for (let at = 0; at < text.length;) {
      const [sequence, count, verb] = SEQUENCE.exec(text.slice(at)) ?? [];
      if (sequence) {
        if (verb === "A") this.#y = Math.max(0, this.#y - Number(count));
        else if (verb === "K") this.#rows[this.#y]!.text.length = Math.min(this.#rows[this.#y]!.text.length, this.#x);
        else if (verb === "J") {
          this.#rows[this.#y]!.text.length = Math.min(this.#rows[this.#y]!.text.length, this.#x);
          this.#rows.length = this.#y + 1;
        } else if (verb !== "m") assert.fail(`an unknown sequence ${JSON.stringify(sequence)}`);
        at += sequence.length;
        continue;
      }
      const character = String.fromCodePoint(text.codePointAt(at)!);
      at += character.length;
      if (character === "\r") this.#x = 0;
      else if (character === "\n") this.#down(false);
      else {
        if (this.#x === this.width) this.#down(true);
        const row = this.#rows[this.#y]!.text;
        while (row.length < this.#x) row.push(" ");
        row[this.#x++] = character;
      }
    }
  }

  #down(wraps: boolean): void {
    this.#rows[this.#y]!.wraps = wraps;
    this.#rows[++this.#y] ??= { text: [], wraps: false };
    this.#x = 0;
  }

  /** Another width: the cursor stays in its row's text. */
  resize(width: number): void {
    const lines: string[][] = [];
    let continues = false, line = 0;
    for (const [y, { text, wraps }] of this.#rows.entries()) {
      if (continues) lines.at(-1)!.push(...text);
      else lines.push([...text]);
      if (y === this.#y) line = lines.length - 1;
      continues = wraps;
    }
    this.width = width;
    this.#rows = [];
    for (const [i, text] of lines.entries()) {
      if (i === line) this.#y = this.#rows.length;
      do this.#rows.push({ text: text.splice(0, width), wraps: text.length > 0 }); while (text.length > 0);
    }
  }

  get text(): string {
    return this.#rows.map(({ text }) => text.join("").trimEnd()).join("\n");
  }
}
