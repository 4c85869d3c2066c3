/** Loss and metrics of each epoch. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { tensor } from "../../tensor/create.ts";
import { noGrad } from "../../tensor/graph.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { like, list, natural, number, object, oneOf, record } from "../../device/form.ts";
import { Callback, type CallbackState } from "../callback.ts";
import { valuesOf } from "../callback_state.ts";
import type { LearnerCore } from "../core.ts";
import type { MetricFunction } from "../metrics.ts";
import { notTensor } from "../not_tensor.ts";
import { targetsOf } from "../inputs.ts";
import { samplesOf } from "../samples.ts";
import { htmlTable } from "../../plot/html.ts";
import { DISPLAY, type MimeBundle } from "../../plot/notebook.ts";
import { figureFormat } from "../../plot/figures.ts";
import { tableCell, tableLine } from "../table.ts";

/** One phase's figures: each metric by its name, `loss`, `epoch` from 0, `train` or `eval`, and how long the phase took. */
export interface MetricsRow {
  /** A metric by its name: the mean over the phase, each batch weighted by its samples. */
  readonly [metric: string]: number | string;
  /** Mean loss over the phase, each batch weighted by its samples. */
  readonly loss: number;
  /** From 0. */
  readonly epoch: number;
  /** The phase: training, or validation. */
  readonly train: "train" | "eval";
  /**
   * From the beginning of the phase until its last batch was recorded; of an epoch's last phase until its figures were sent for, when the device in
   * Deno has done its work. (On webgpu some batches of a training may be left to the validation that follows, which then takes their time.)
   */
  readonly seconds: number;
}

/** Options of {@linkcode MetricsCB}. */
export interface MetricsOptions {
  /**
   * Gets each row when its figures are there, while the next epoch runs; those of the last epoch before `afterFit`. Null for nothing. Default: prints
   * a table, line by line.
   */
  log?: ((row: MetricsRow) => void) | null;
}

const OPTIONS = optionNames<MetricsOptions>({ log: 1 });
const ROW = object(
  { loss: number, epoch: natural, train: oneOf(["train", "eval"]), seconds: number },
  like("a figure", (value) => typeof value === "number" || typeof value === "string"),
);
const MEMORY = object({ rows: list(ROW), sums: record(number), samples: natural, seconds: number });

/**
 * Measures the loss and any metrics, weighted by samples, over each phase of each epoch. Every batch counts whose loss was computed, also one that
 * a callback then cancels, as gradient accumulation does.
 *
 * Sums are kept on the device. Those of training and of validation are read together when an epoch ends, and nothing waits for them: the epoch's
 * rows come while the next one runs, and those of the last before `fit` returns. A callback that goes by an epoch's figures at its end calls
 * `await learn.settle()` in its `afterEpoch`, and waits. Training figures are taken in training mode while the parameters move.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * const metrics = new learner.MetricsCB({ accuracy: learner.accuracy });
 * // after learn.fit(): metrics.rows, as [{ accuracy: 0.783, loss: 0.589, epoch: 0, train: "eval", seconds: 1.2 }, …]
 * console.log(metrics.rows.length); // 0
 * ```
 */
export class MetricsCB extends Callback {
  /** Gets each row. */
  log: (row: MetricsRow) => void;

  readonly #functions: Record<string, MetricFunction>;
  #sums: Record<string, Tensor> = {};
  #samples = 0;
  /** The loss that was added last: that of another batch has yet to be. */
  #added: Tensor | undefined;
  #start = 0;
  readonly #rows: MetricsRow[] = [];
  /** The phase that has just ended, as long as its row is on its way. */
  #expected: string | undefined;

  /**
   * Measures the loss, whatever else is asked for.
   *
   * @param functions metrics by name; each computes a 0-d mean over a batch
   * @param options see {@linkcode MetricsOptions}
   * @throws {TypeError} for a metric that is no function
   * @throws {RangeError} for one that has the name of another column: loss, epoch, train or seconds
   */
  constructor(functions: Record<string, MetricFunction> = {}, options: MetricsOptions = {}) {
    super();
    checkOptions("MetricsCB", options, OPTIONS);
    if (typeof functions !== "object" || functions === null) {
      throw new TypeError(`Cannot measure ${typeof functions}: give metrics by their names, such as { accuracy }`);
    }
    for (const [name, fn] of Object.entries(functions)) {
      if (typeof fn !== "function") {
        throw new TypeError(`Cannot measure "${name}": a metric is a function of predictions and targets`);
      }
      if (["loss", "epoch", "train", "seconds"].includes(name)) {
        throw new RangeError(`Cannot name a metric "${name}": the table has a column of that name already`);
      }
    }
    this.#functions = functions;
    this.log = options.log === null ? () => {} : options.log ?? this.#printing;
  }

  /**
   * The rows of the current, or last, fit, as far as they are there.
   *
   * @throws {Error} in the `afterEpoch` of another callback that has not awaited `learn.settle()`: the row that it is about is on its way
   */
  get rows(): MetricsRow[] {
    if (this.#expected === undefined) return this.#rows;
    throw new Error(
      `Cannot read the rows of ${this.name} yet: the figures of ${this.#expected} are on their way. Write ` +
        "override async afterEpoch(learn) { await learn.settle(); … }, which waits for them",
    );
  }

  /** Whether rows are printed, which is the default of {@linkcode MetricsOptions.log}. */
  get prints(): boolean {
    return this.log === this.#printing;
  }

  /** Drops the rows of the last fit. */
  override beforeFit(_learn: LearnerCore): void {
    this.#rows.length = 0;
    this.#expected = undefined;
  }

  /** Starts the phase's sums at 0, on the model's device, and its clock. */
  override beforeEpoch(learn: LearnerCore): void {
    const names = [...Object.keys(this.#functions), "loss"];
    // Fresh zeros as data: the first batch of an epoch then runs the same plan as the others.
    this.#sums = Object.fromEntries(names.map((name) => [name, tensor(0, { device: learn.model.device }).keep()]));
    this.#samples = 0;
    this.#expected = undefined;
    this.#added = learn.batchLoss;
    this.#start = performance.now();
  }

  /** The rows, and the sums of the phase that goes on. */
  override async saveState(): Promise<CallbackState> {
    const sums = await Promise.all(
      Object.entries(this.#sums).map(async ([name, sum]) => [name, await sum.item()] as const),
    );
    return {
      values: {
        rows: this.#rows,
        sums: Object.fromEntries(sums),
        samples: this.#samples,
        seconds: (performance.now() - this.#start) / 1000,
      },
    };
  }

  /** Takes them over. */
  override loadState(state: CallbackState, learn: LearnerCore): void {
    const { rows, sums, samples, seconds } = valuesOf<{
      rows: MetricsRow[];
      sums: Record<string, number>;
      samples: number;
      seconds: number;
    }>(this, state, MEMORY);
    this.#rows.splice(0, Infinity, ...rows);
    if (samples === 0) return; // saved between two phases
    const names = Object.keys(this.#sums).sort().join(", "), found = Object.keys(sums).sort().join(", ");
    if (found !== names) {
      throw new RangeError(`Cannot go on with what ${this.name} remembered: it measured ${found}, and now ${names}`);
    }
    for (const [name, sum] of Object.entries(sums)) {
      this.#sums[name] = tensor(sum, { device: learn.model.device }).keep();
    }
    this.#samples = samples;
    this.#start = performance.now() - seconds * 1000;
  }

  /** Adds to the sums, on the device; throws a RangeError for a metric that is not one number. */
  override afterBatch(learn: LearnerCore): void {
    this.#measure(learn);
  }

  /** Does the same for a batch that was cancelled once its loss was there. */
  override cleanupBatch(learn: LearnerCore): void {
    if (learn.batchCancelled && learn.batchLoss !== this.#added) this.#measure(learn);
  }

  #measure(learn: LearnerCore): void {
    const targets = targetsOf(learn), samples = samplesOf(learn.batch);
    this.#samples += samples;
    this.#added = learn.batchLoss;
    noGrad(() => {
      for (const [name, fn] of Object.entries(this.#functions)) this.#add(name, fn(learn.preds, ...targets), samples);
      this.#add("loss", learn.batchLoss, samples);
    });
  }

  #add(name: string, value: Tensor, samples: number): void {
    if (!(value instanceof Tensor)) {
      throw new TypeError(`Cannot average "${name}": ${notTensor("a metric", value)}`);
    }
    if (value.numel !== 1) {
      throw new RangeError(
        `Cannot average "${name}": it must be one number for the batch, found [${value.shape.join(", ")}]. Use mean()`,
      );
    }
    const number = value.ndim === 0 ? value : value.view([]); // one thing less to record
    this.#sums[name]!.add_(number.float().mul(samples));
  }

  /** Wants the phase's figures; when they are there, it keeps and logs its row. A phase without batches has none. */
  override afterEpoch(learn: LearnerCore): void {
    if (this.#samples === 0) return;
    const { epoch, epochIsOver } = learn, train = learn.training ? "train" : "eval";
    const names = Object.keys(this.#sums), samples = this.#samples, start = this.#start, end = performance.now();
    learn.readLate(this, Object.values(this.#sums), (values, sentAt) => {
      const figures = Object.fromEntries(names.map((name, i) => [name, values[i]![0]! / samples]));
      const seconds = ((epochIsOver ? sentAt : end) - start) / 1000;
      const row = { ...figures, epoch, train, seconds } as MetricsRow;
      this.#expected = undefined;
      this.#rows.push(row);
      this.log(row);
    });
    this.#expected = `epoch ${epoch} (${train})`;
    this.#sums = {};
    this.#samples = 0;
  }

  /** Releases the sums, however the phase ended. */
  override cleanupEpoch(_learn: LearnerCore): void {
    this.#sums = {};
    this.#added = undefined;
    this.#expected = undefined;
  }

  /** The columns of the table. */
  get columns(): string[] {
    return [...Object.keys(this.#functions), "loss", "epoch", "train"];
  }

  /** The rows as a text table, figures with three decimals. */
  table(): string {
    return [tableLine(this.columns), ...this.rows.map((row) => tableLine(this.columns, row))].join("\n");
  }

  /** Columns' names and each row's cells, figures with three decimals or as many more as tell a column's apart. */
  cells(): { columns: string[]; rows: string[][] } {
    const { columns } = this;
    const cells = columns.map((name) => {
      const values = this.rows.map((row) => row[name]);
      const write = figureFormat(values.filter((value) => typeof value === "number"));
      return values.map((value) =>
        name !== "epoch" && typeof value === "number" ? write(value) : tableCell(name, value)
      );
    });
    return { columns, rows: this.rows.map((_, i) => cells.map((column) => column[i]!)) };
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.#rows.length && !this.#expected
      ? this.table()
      : `MetricsCB(${Object.keys(this.#functions).join(", ")})`;
  }

  /** What a notebook shows. */
  [DISPLAY](): MimeBundle {
    const { columns, rows } = this.cells();
    return { "text/html": String(htmlTable(columns, rows)), "text/plain": this.table() };
  }

  readonly #printing = (row: MetricsRow): void => this.#print(row);

  #print(row: MetricsRow): void {
    if (this.#rows.length === 1) console.log(tableLine(this.columns));
    console.log(tableLine(this.columns, row));
  }
}
