/** What is watched of activations, gradients or updates, and how it is counted. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { checkIterable, checkList, textOf } from "../../device/expect.ts";
import { whole } from "../../tensor/graph.ts";
import { hasBins } from "../../tensor/bins.ts";
import type { Watched } from "../activation_charts.ts";

/** Options of {@linkcode ActivationStats}. */
export interface ActivationStatsOptions {
  /** Default: `activations`, the modules' outputs. `gradients`, `updates` and `weights` are of the modules' parameters. */
  of?: Watched;
  /** Bins of the histograms. Default: 40. */
  bins?: number;
  /** Lower edge of the first bin and upper edge of the last, both finite. Default: [0, 10]; for gradients and updates [0, 0.05], for weights [0, 1]. */
  range?: readonly [number, number];
  /** Count |x| rather than x; set it to false for a range such as [−7, 7]. Default: true. */
  absolute?: boolean;
  /** Record units too: which are off, and since when. Only activations have any. Default: true. */
  units?: boolean;
  /** Batches in one piece of the record on the device. Default: 512. */
  chunk?: number;
  /**
   * Watch one batch out of this many in each phase, so that the record of a long run stays small; of gradients, updates and weights one step out of so
   * many. Default: 1, all of them.
   */
  every?: number;
  /** Watch training batches. Default: true. */
  onTrain?: boolean;
  /** Watch validation batches too; only activations have any. Default: false. */
  onValid?: boolean;
}

const OPTIONS = optionNames<ActivationStatsOptions>({
  of: 1,
  bins: 1,
  range: 1,
  absolute: 1,
  units: 1,
  chunk: 1,
  every: 1,
  onTrain: 1,
  onValid: 1,
});

/** What can be watched, and the range that is counted unless another is given. */
const RANGES: Readonly<Record<Watched, readonly [number, number]>> = {
  activations: [0, 10],
  gradients: [0, 0.05],
  updates: [0, 0.05],
  weights: [0, 1],
};

/** Options with their defaults. */
export type ActivationSettings = Required<ActivationStatsOptions>;

/** The options, checked; `modules` is what was given beside them. */
export function activationSettings(modules: unknown, options: ActivationStatsOptions): ActivationSettings {
  checkOptions("ActivationStats", options, OPTIONS);
  if (modules !== undefined && typeof modules !== "function") {
    checkIterable("ActivationStats", "modules", modules, "a list of modules");
  }
  const { of = "activations", bins = 40, absolute = true, units = true, chunk = 512, every = 1 } = options;
  const { onTrain = true, onValid = false } = options;
  if (!Object.hasOwn(RANGES, of)) throw new RangeError(`Cannot watch "${of}": it is ${Object.keys(RANGES).join(", ")}`);
  const { range = RANGES[of] } = options;
  for (const [name, value] of Object.entries({ bins, chunk, every })) {
    whole("watch", name, value, 1);
  }
  checkList("ActivationStats", "the range", range, "[first, last]");
  if (!hasBins(...range)) {
    throw new RangeError(
      `Cannot count in [${
        range.map(textOf).join(", ")
      }]: the first edge must be below the last, and both and their difference ` +
        `finite in 32 bits`,
    );
  }
  return { of, bins, range, absolute, units: units && of === "activations", chunk, every, onTrain, onValid };
}
