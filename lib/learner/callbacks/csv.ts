/** The figures of a fit as a file. */
import { saveText } from "../../plot/save.ts";
import { checkWritable } from "../../tensor/files.ts";
import { Callback } from "../callback.ts";
import type { LearnerCore } from "../core.ts";
import { MetricsCB } from "./metrics.ts";

/**
 * Writes the rows of {@linkcode MetricsCB} into a CSV file (RFC 4180), anew after each phase: a reader sees all of it or what was there before. A fit that
 * goes on from a checkpoint has the rows before it too.
 *
 * @example
 * ```ts
 * import { data, F, learner, nn, rand } from "./mod.ts";
 * const set = new data.TensorDataset(rand([64, 4]), rand([64, 1])), folder = await Deno.makeTempDir();
 * const learn = learner.Learner.of(new nn.Linear(4, 1), data.DataLoaders.of(set, set)).loss(F.mseLoss);
 * const cbs = [new learner.MetricsCB({}, { log: null }), new learner.CSVLoggerCB(`${folder}/fit.csv`)];
 * await learn.callbacks(cbs).fit(2);
 * const lines = (await Deno.readTextFile(`${folder}/fit.csv`)).trim().split("\r\n");
 * console.log(lines.length, lines[0]); // 5 loss,epoch,train,seconds
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class CSVLoggerCB extends Callback {
  /** After MetricsCB, whose rows it writes. */
  static override order: number = MetricsCB.order + 1;

  /**
   * Writes no figure before the first phase ends. Throws a TypeError for what is no path.
   *
   * @param path of the file; folders are made if they are not there
   */
  constructor(readonly path: string) {
    super();
    if (typeof path !== "string" || path === "") {
      throw new TypeError(`Cannot write figures: give a file's path, found ${path === "" ? '""' : typeof path}`);
    }
  }

  /** Its file belongs to one fit. */
  override get ofOneFit(): boolean {
    return true;
  }

  /** Throws if there is no MetricsCB, or the file cannot be written: a fit's first phase can take hours. What is there stays until the first rows. */
  override async beforeFit(learn: LearnerCore): Promise<void> {
    if (!learn.find(MetricsCB)) throw new Error("Cannot write figures: nothing measures any. Add a MetricsCB");
    await checkWritable(this.path);
  }

  /** Waits for the phase's figures, and writes all rows so far. */
  override async afterEpoch(learn: LearnerCore): Promise<void> {
    await learn.settle();
    const { columns, rows } = learn.find(MetricsCB)!;
    const names = [...columns, "seconds"];
    const lines = [names, ...rows.map((row) => names.map((name) => String(row[name])))];
    await saveText(this.path, lines.map((cells) => `${cells.map(cell).join(",")}\r\n`).join(""));
  }
}

/** A cell; in quotes where it has to be. */
const cell = (text: string) => /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
