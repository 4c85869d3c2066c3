/** What LSUV did to each layer. */
import { figureFormat } from "../plot/figures.ts";
import { htmlTable } from "../plot/html.ts";
import { textTable } from "../plot/text.ts";

/** Mean and unbiased standard deviation of all elements of a layer's output. */
export interface LsuvFigures {
  /** What LSUV brings to 0, within its tolerance. */
  readonly mean: number;
  /** What LSUV brings to 1, within its tolerance. */
  readonly std: number;
}

/** One layer: what its output was before and after, and how many rounds it took. */
export interface LsuvRow {
  /** Name of the module whose output was measured (see `nn.moduleNames`). */
  readonly module: string;
  /** Its class. */
  readonly kind: string;
  /** Before its own turn, with the layers before it done. */
  readonly before: LsuvFigures;
  /** At the last measurement; of a layer that failed, before it was put back. */
  readonly after: LsuvFigures;
  /** How often its weights or its bias were changed. */
  readonly rounds: number;
  /** Why it could not be brought there; the layer was then put back as it was. Undefined if it was. */
  readonly problem?: string;
}

const COLUMNS = ["module", "mean before", "std before", "mean after", "std after", "rounds"];

/**
 * Rows of {@linkcode lsuv} and {@linkcode lsuvModules}, one a layer; it shows itself in a terminal and in a notebook.
 *
 * @example
 * ```ts
 * import { LsuvReport } from "./mod.ts";
 * const row = { module: "0 ConvLayer", kind: "ConvLayer", before: { mean: 0.4, std: 0.6 }, after: { mean: 0, std: 1 }, rounds: 3 };
 * console.log(new LsuvReport([row]).table().rows[0]!.at(-1)); // 3
 * ```
 */
export class LsuvReport {
  /** `rows` stand in the order in which the layers had their turn. */
  constructor(readonly rows: readonly LsuvRow[]) {}

  /** Column titles and rows of text. */
  table(): { columns: string[]; rows: string[][] } {
    const failed = this.rows.some(({ problem }) => problem !== undefined);
    // Means that were brought to 0 are very small: they have digits of their own.
    const writers = [
      ...(["mean", "std"] as const).map((field) => figureFormat(this.rows.map(({ before }) => before[field]))),
      ...(["mean", "std"] as const).map((field) => figureFormat(this.rows.map(({ after }) => after[field]))),
    ];
    const rows = this.rows.map(({ module, before, after, rounds, problem }) => [
      module,
      ...[before.mean, before.std, after.mean, after.std].map((value, i) => writers[i]!(value)),
      String(rounds),
      ...failed ? [problem ?? ""] : [],
    ]);
    return { columns: failed ? [...COLUMNS, "problem"] : COLUMNS, rows };
  }

  /** The table as text. */
  toString(): string {
    const { columns, rows } = this.table();
    return textTable(columns, rows, columns.map((_, i) => i === 0 || i === 6 ? "left" : "right")).join("\n");
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /** What a notebook shows. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const { columns, rows } = this.table();
    return { "text/html": String(htmlTable(columns, rows)), "text/plain": this.toString() };
  }
}

/** A layer that LSUV cannot bring to mean 0 and deviation 1. */
export class LsuvError extends Error {
  /** What `String(error)` begins with. */
  override name = "LsuvError";

  /**
   * `message` names the layer and what is wrong with it.
   *
   * @param report the layers done, and at its end the one that failed
   */
  constructor(message: string, readonly report: LsuvReport) {
    super(message);
  }
}
