/** Changes a setting of the optimiser during a fit. */
import { wrongKind } from "../../device/expect.ts";
import type { Schedule } from "../../optim/schedules.ts";
import { Callback } from "../callback.ts";
import type { LearnerCore } from "../core.ts";
import { DeviceCB } from "./device.ts";

/**
 * Sets a value of the optimiser before each training batch to `schedule((epoch + batch / batches) / epochs)`.
 *
 * The value travels to the device as a number: no step is compiled again. What is scheduled can be anything that the optimiser's groups
 * hold, such as "lr" or "momentum"; all groups get the same, unless there is a schedule for each. The position is 0 at the first batch, and comes near 1 at the last.
 *
 * @throws {RangeError} from the fit, if the optimiser has no such setting or the loader does not tell its length
 *
 * @example
 * ```ts
 * import { learner, optim } from "./mod.ts";
 * const rate = new learner.ParamScheduler("lr", optim.combineScheds(
 *   [0.3, 0.7],
 *   [optim.schedLin(0.6, 2), optim.schedLin(2, 0.1)],
 * ));
 * console.log(rate.schedule(0.3)); // 2
 * ```
 */
export class ParamScheduler extends Callback {
  /** Before callbacks of the usual order, which then see the value that the step uses. */
  static override order: number = DeviceCB.order + 1;
  /** The schedule of all groups, or one for each. */
  readonly schedules: readonly Schedule[];
  readonly #each: boolean;

  /**
   * Throws a TypeError for what is no schedule. Whether there is such a setting is seen at the first batch.
   *
   * @param setting its name: "lr", "momentum", or another of the optimiser's
   * @param schedule its value at a position from 0 to 1; or an array of them, one for each parameter group
   */
  constructor(readonly setting: string, schedule: Schedule | readonly Schedule[]) {
    super();
    if (typeof schedule !== "function" && !Array.isArray(schedule)) {
      throw wrongKind(
        "ParamScheduler",
        "the schedule",
        "a function such as schedCos(0.1, 0.01), or an array of them",
        schedule,
      );
    }
    this.schedules = typeof schedule === "function" ? [schedule] : [...schedule];
    this.#each = typeof schedule !== "function";
    if (this.schedules.length === 0 || this.schedules.some((one) => typeof one !== "function")) {
      throw new TypeError(
        `Cannot schedule ${setting} by ${typeof schedule}: give a function such as schedCos(0.1, 0.01), or one for each group`,
      );
    }
  }

  /** The schedule; of several the first group's. */
  get schedule(): Schedule {
    return this.schedules[0]!;
  }

  /** Training only: sets the value of the step to come. */
  override beforeBatch(learn: LearnerCore): void {
    if (!learn.training) return;
    const { length } = learn.dl;
    if (length === undefined) {
      throw new RangeError(
        `Cannot schedule ${this.setting}: dls.train has no length. Give it one, its batches an epoch`,
      );
    }
    const position = (learn.epoch + learn.iter / length) / learn.epochs;
    const values = this.schedules.map((schedule) => schedule(position));
    learn.setHyper(this.setting, this.#each ? values : values[0]!);
  }
}
