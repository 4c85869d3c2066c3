/** Records loss and learning rate of every batch. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { checkList, isText } from "../../device/expect.ts";
import type { Chart } from "../../plot/chart.ts";
import { lineChart, type LineChartOptions, MOST_POINTS, thin } from "../../plot/lines.ts";
import { hue } from "../../plot/theme.ts";
import { list, natural, number, object, record } from "../../device/form.ts";
import { Callback, type CallbackState } from "../callback.ts";
import { valuesOf } from "../callback_state.ts";
import { DeviceRecord } from "../device_record.ts";
import type { LearnerCore } from "../core.ts";
import { samplesOf } from "../samples.ts";
import { ParamScheduler } from "./param_scheduler.ts";

/** Options of {@linkcode Recorder}. */
export interface RecorderOptions {
  /** Settings of the optimiser to record beside the rate, such as "momentum". Default: none. */
  values?: readonly string[];
}

const OPTIONS = optionNames<RecorderOptions>({ values: 1 });
const MEMORY = object({
  losses: list(number),
  validLosses: list(number),
  values: record(list(number)),
  validAt: list(object({ step: natural, samples: natural })),
});

/**
 * Records the loss of every batch and the rate of every step, for curves. Losses stay on the device until the fit ends.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * const recorder = new learner.Recorder({ values: ["momentum"] });
 * // after learn.fit(): recorder.losses, recorder.validLosses, recorder.lrs, recorder.values.momentum
 * console.log(recorder.losses); // []
 * ```
 */
export class Recorder extends Callback {
  /** Once this batch's rate is set. */
  static override order: number = ParamScheduler.order + 1;
  /** Loss of each training batch, in order. */
  losses: number[] = [];
  /** Loss of each validation batch, in order. */
  validLosses: number[] = [];
  /** Settings of the optimiser at each training step: `lr`, and those asked for. */
  values: Record<string, number[]> = {};

  readonly #names: readonly string[];
  #train: DeviceRecord | undefined;
  #valid: DeviceRecord | undefined;
  #collected: Promise<[losses: number[], validLosses: number[]]> | undefined;
  /** For each validation batch, how many training steps came before it, and how many samples it has. */
  #validAt: { step: number; samples: number }[] = [];

  /** The rate, "lr", is always recorded; other settings must be the optimiser's, or the fit fails at its first batch. */
  constructor(options: RecorderOptions = {}) {
    super();
    checkOptions("Recorder", options, OPTIONS);
    const { values = [] } = options;
    checkList("Recorder", "values", values, "an array of the names of settings", isText);
    this.#names = [...new Set(["lr", ...values])];
  }

  /** Rate of each training step. */
  get lrs(): number[] {
    return this.values.lr ?? [];
  }

  /** Drops the lists of the last fit, and starts new records on the model's device. */
  override beforeFit(learn: LearnerCore): void {
    this.losses = [];
    this.validLosses = [];
    this.values = Object.fromEntries(this.#names.map((name) => [name, []]));
    this.#validAt = [];
    this.#collected = undefined;
    this.#train = new DeviceRecord(learn.model.device);
    this.#valid = new DeviceRecord(learn.model.device);
  }

  /** The lists so far. */
  override async saveState(): Promise<CallbackState> {
    const [losses, validLosses] = await Promise.all([this.#train!.read(), this.#valid!.read()]);
    return { values: { losses, validLosses, values: this.values, validAt: this.#validAt } };
  }

  /** Takes the lists over. */
  override loadState(state: CallbackState): void {
    const saved = valuesOf<{
      losses: number[];
      validLosses: number[];
      values: Record<string, number[]>;
      validAt: { step: number; samples: number }[];
    }>(this, state, MEMORY);
    const names = Object.keys(saved.values).join(", ");
    if (names !== this.#names.join(", ")) {
      throw new RangeError(
        `Cannot go on with what ${this.name} remembered: it recorded ${names}, and now ${this.#names.join(", ")}`,
      );
    }
    this.values = saved.values;
    this.#validAt = saved.validAt;
    this.#train!.fill(saved.losses);
    this.#valid!.fill(saved.validLosses);
  }

  /** Records the loss on the device and, while training, the settings. */
  override afterLoss(learn: LearnerCore): void {
    if (learn.training) {
      for (const name of this.#names) this.values[name]!.push(learn.hyper(name));
      this.#train!.push(learn.batchLoss);
    } else {
      this.#validAt.push({ step: this.#train!.length, samples: samplesOf(learn.batch) });
      this.#valid!.push(learn.batchLoss);
    }
  }

  /** Reads the losses. */
  override async collect(_learn: LearnerCore): Promise<void> {
    await (this.#collected ??= Promise.all([this.#train?.read() ?? [], this.#valid?.read() ?? []]));
  }

  /** Takes the losses, and drops those after the last training step that counts (`learn.validSteps`). */
  override async cleanupFit(learn: LearnerCore): Promise<void> {
    await this.collect(learn);
    const [losses, validLosses] = await this.#collected!, { validSteps } = learn;
    this.losses = losses.slice(0, validSteps);
    for (const values of Object.values(this.values)) values.splice(validSteps);
    this.#validAt = this.#validAt.filter(({ step }) => step <= validSteps);
    this.validLosses = validLosses.slice(0, this.#validAt.length);
    this.#train = this.#valid = this.#collected = undefined;
  }

  /** Reads, during a fit, what was recorded so far. Waits for the device: do not await it between the start of a step and its end. */
  async look(): Promise<void> {
    const [train, valid] = [this.#train, this.#valid];
    if (!train || !valid) return;
    const [losses, validLosses] = await Promise.all([train.read(), valid.read()]);
    if (train !== this.#train) return; // the fit has ended, and its records are complete
    this.losses = losses;
    this.validLosses = validLosses;
  }

  /**
   * The loss of every training batch, and the mean of every validation, each batch weighted by its samples, over batches. Both stand at the number
   * of steps before them: batches count from 0, and a validation after 59 of them stands at 59. Long runs are shortened by averaging neighbours.
   */
  plotLoss(): Chart {
    return lineChart(this.lossLines());
  }

  /**
   * What {@linkcode Recorder.plotLoss} draws.
   *
   * @internal
   */
  lossLines(): LineChartOptions {
    const valid = [...Map.groupBy(this.validLosses.keys(), (i) => this.#validAt[i]!.step)].map(([step, batches]) => {
      let sum = 0, samples = 0;
      for (const i of batches) {
        sum += this.validLosses[i]! * this.#validAt[i]!.samples;
        samples += this.#validAt[i]!.samples;
      }
      return [step, sum / samples] as const;
    });
    const every = Math.ceil(valid.length / MOST_POINTS);
    return {
      title: valid.length ? "Loss: training as a line, validation with dots" : "Loss of training",
      x: { title: "batch" },
      y: { title: "loss" },
      lines: [
        { label: "train", color: hue(0), points: thin(this.losses) },
        { label: "valid", color: hue(1), points: valid.filter((_, i) => i % every === 0), look: "marked" },
      ],
    };
  }

  /** The rate over batches. */
  plotLr(): Chart {
    return this.plotValue("lr");
  }

  /** A recorded setting of the optimiser over batches. @throws {RangeError} if it was not recorded */
  plotValue(name: string): Chart {
    if (!this.#names.includes(name)) {
      throw new RangeError(
        `Cannot plot ${name}: recorded are ${this.#names.join(", ")}. Ask for it: { values: ["${name}"] }`,
      );
    }
    const title = name === "lr" ? "learning rate" : name;
    return lineChart({
      title: `${title[0]!.toUpperCase()}${title.slice(1)} by batch`,
      x: { title: "batch" },
      y: { title },
      lines: [{ label: title, color: hue(0), points: thin(this.values[name] ?? []) }],
    });
  }

  /** The loss against the rate, on a logarithmic axis, which says of how many steps the rate was 0. */
  plot(): Chart {
    const rates = new Map(thin(this.lrs));
    const points = thin(this.losses).map(([step, loss]) => [rates.get(step) ?? NaN, loss] as const);
    return lineChart({
      title: "Loss against learning rate",
      x: { title: "learning rate", scale: "log" },
      y: { title: "loss" },
      lines: [{ label: "loss", color: hue(0), points }],
    });
  }
}
