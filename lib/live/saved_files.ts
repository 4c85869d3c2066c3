/** A page as a file that grows with every fit, and beside it what is too much for a page. */
import { writeWhole } from "../tensor/files.ts";
import type { LiveEvent } from "./events.ts";
import { savedPage } from "./page.ts";

/**
 * `run.html`, and `run.ndjson` with the whole record: a line for each event, statistics of every watched batch in place of averages. The page
 * opens that file, too.
 */
export class SavedFiles {
  readonly #page: string;
  readonly #record: string;
  #begun = false;

  /** @throws {TypeError} for what is no path of an HTML file */
  constructor(path: string) {
    if (typeof path !== "string" || !/\.html?$/.test(path)) {
      const found = typeof path === "string" ? JSON.stringify(path) : typeof path;
      throw new TypeError(`Cannot save a live page: expected a path that ends in .html, found ${found}`);
    }
    this.#page = path;
    this.#record = path.replace(/\.html?$/, ".ndjson");
  }

  /**
   * Writes the page anew, and adds a run to the record.
   *
   * @param shown all that the page shows
   * @param run the whole record of the run that has ended
   */
  async add(shown: readonly LiveEvent[], run: Iterable<LiveEvent>): Promise<void> {
    await writeWhole(this.#page, new TextEncoder().encode(await savedPage(shown)));
    for (const event of run) {
      await Deno.writeTextFile(this.#record, `${JSON.stringify(event)}\n`, { append: this.#begun });
      this.#begun = true;
    }
  }
}
