/** A rate that falls when a figure no longer improves. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { found, wrongKind } from "../device/expect.ts";
import { whole } from "../tensor/graph.ts";
import { checkNonNegative } from "./optimizer.ts";

/** Options of {@linkcode ReduceOnPlateau}; defaults as in PyTorch. */
export interface PlateauOptions {
  /** Which way is better. Default: "lower". */
  better?: "lower" | "higher";
  /** What the rate is multiplied by. Default: 0.1. */
  factor?: number;
  /** Figures without improvement that are borne; the next one lowers the rate. Default: 10. */
  patience?: number;
  /** How much better a figure must be to count. Default: 1e-4. */
  threshold?: number;
  /** Whether that is a share of the best figure, or a difference. Default: "rel". */
  thresholdMode?: "rel" | "abs";
  /** Figures that are not counted after the rate was lowered. Default: 0. */
  cooldown?: number;
  /** What the rate does not fall below. Default: 0. */
  minLr?: number;
  /** A change of the rate that is not above this is left out. Default: 1e-8. */
  eps?: number;
}

/** Names of the options. */
export const PLATEAU = optionNames<PlateauOptions>({
  better: 1,
  factor: 1,
  patience: 1,
  threshold: 1,
  thresholdMode: 1,
  cooldown: 1,
  minLr: 1,
  eps: 1,
});

/** What has a rate for each group of parameters: an optimiser. */
export interface Rated {
  /** The groups, each with its rate. */
  readonly paramGroups: readonly { lr: number }[];
}

/** What {@linkcode ReduceOnPlateau} remembers. */
export type PlateauState = {
  /** The best figure so far; null before the first. */
  readonly best: number | null;
  /** Figures in a row without improvement. */
  readonly bad: number;
  /** Figures that are still not counted. */
  readonly cooling: number;
};

/**
 * Lowers the rates of an optimiser when a figure, such as the validation's loss, has stopped improving (PyTorch's ReduceLROnPlateau). Give it each
 * figure by {@linkcode ReduceOnPlateau.step}; in a Learner, `ReduceOnPlateauCB` does. A figure that is NaN is no improvement.
 *
 * @example
 * ```ts
 * import { optim, tensor } from "./mod.ts";
 * const opt = new optim.SGD([tensor([1], { requiresGrad: true }).keep()], { lr: 1 });
 * const plateau = new optim.ReduceOnPlateau(opt, { patience: 1, factor: 0.5 });
 * for (const loss of [3, 2, 2, 2, 1]) plateau.step(loss);
 * console.log(opt.lr); // 0.5
 * ```
 */
export class ReduceOnPlateau {
  readonly #options: Required<PlateauOptions>;
  #best: number | null = null;
  #bad = 0;
  #cooling = 0;

  /**
   * Changes nothing before the first figure.
   *
   * @param optimizer whose rates it lowers, those of all groups
   * @param options see {@linkcode PlateauOptions}
   * @throws {RangeError} for settings out of range
   */
  constructor(readonly optimizer: Rated, options: PlateauOptions = {}) {
    if (!Array.isArray((optimizer as Rated | undefined)?.paramGroups)) {
      throw wrongKind("ReduceOnPlateau", "its first argument", "an optimiser", optimizer);
    }
    this.#options = plateauOptions("ReduceOnPlateau", options);
  }

  /**
   * Takes the next figure, and lowers the rates if it is the one too many without improvement.
   *
   * @returns whether it did
   */
  step(figure: number): boolean {
    if (typeof figure !== "number") {
      throw wrongKind("ReduceOnPlateau.step", "the figure", "a number", figure, ". Await its item() first");
    }
    const { patience, cooldown } = this.#options;
    if (this.#improves(figure)) {
      this.#best = figure;
      this.#bad = 0;
    } else this.#bad++;
    if (this.#cooling > 0) {
      this.#cooling--;
      this.#bad = 0;
    }
    if (this.#bad <= patience) return false;
    this.#cooling = cooldown;
    this.#bad = 0;
    this.#lower();
    return true;
  }

  #improves(figure: number): boolean {
    const { better, threshold, thresholdMode } = this.#options, share = thresholdMode === "rel";
    // Anything finite is better than an infinite loss, which is none to compare with: a first figure may be one.
    const best = this.#best ?? (better === "lower" ? Infinity : -Infinity);
    return better === "lower"
      ? figure < (share ? best * (1 - threshold) : best - threshold)
      : figure > (share ? best * (1 + threshold) : best + threshold);
  }

  #lower(): void {
    const { factor, minLr, eps } = this.#options;
    for (const group of this.optimizer.paramGroups) {
      const lr = Math.max(group.lr * factor, minLr);
      if (group.lr - lr > eps) group.lr = lr;
    }
  }

  /** What it remembers, to be continued from by {@linkcode ReduceOnPlateau.loadStateDict}. */
  stateDict(): PlateauState {
    return { best: this.#best, bad: this.#bad, cooling: this.#cooling };
  }

  /** Continues from there. The rates are the optimiser's. */
  loadStateDict(state: PlateauState): void {
    if (typeof state !== "object" || state === null || !("bad" in state)) {
      throw wrongKind("loadStateDict", "the state", "an object { best, bad, cooling }, as stateDict() gives it", state);
    }
    const { best, bad, cooling } = state;
    whole("load this state", "bad", bad);
    whole("load this state", "cooling", cooling);
    if (best !== null && typeof best !== "number") throw wrongKind("loadStateDict", "best", "a number or null", best);
    [this.#best, this.#bad, this.#cooling] = [best, bad, cooling];
  }
}

/** The options with their defaults, checked. */
export function plateauOptions(what: string, options: PlateauOptions): Required<PlateauOptions> {
  checkOptions(what, options, PLATEAU);
  const { better = "lower", factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = "rel" } = options;
  const { cooldown = 0, minLr = 0, eps = 1e-8 } = options;
  if (better !== "lower" && better !== "higher") {
    throw new RangeError(`Cannot make ${what}: better is "lower" or "higher", found ${found(better)}`);
  }
  if (thresholdMode !== "rel" && thresholdMode !== "abs") {
    throw new RangeError(
      `Cannot make ${what}: thresholdMode is "rel" or "abs", found ${found(thresholdMode)}`,
    );
  }
  for (const [name, value] of Object.entries({ factor, threshold, minLr, eps })) checkNonNegative(what, name, value);
  if (!(factor < 1)) throw new RangeError(`Cannot make ${what}: factor must be below 1, found ${factor}`);
  whole(`make ${what}`, "patience", patience);
  whole(`make ${what}`, "cooldown", cooldown);
  return { better, factor, patience, threshold, thresholdMode, cooldown, minLr, eps };
}
