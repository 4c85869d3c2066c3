/** One cycle of rate and momentum. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { checkList } from "../../device/expect.ts";
import { list, number, object } from "../../device/form.ts";
import { checkNonNegative } from "../../optim/optimizer.ts";
import { oneCycle, type Schedule } from "../../optim/schedules.ts";
import { Callback, type CallbackState } from "../callback.ts";
import { valuesOf } from "../callback_state.ts";
import type { LearnerCore } from "../core.ts";
import { ParamScheduler } from "./param_scheduler.ts";

/** Shape of the cycle. */
export interface OneCycleShape {
  /** What the highest rate is divided by at the start. Default: 25. */
  div?: number;
  /** What it is divided by at the end. Default: 100,000. */
  divFinal?: number;
  /** Fraction of the training in which the rate rises. Default: 0.25. */
  pct?: number;
  /** Momentum at the start, where the rate is highest, and at the end. Default: [0.95, 0.85, 0.95]. */
  momenta?: readonly [number, number, number];
}

/** Names of the options. */
export const ONE_CYCLE_SHAPE = { div: 1, divFinal: 1, pct: 1, momenta: 1 } as const;
const OPTIONS = optionNames<OneCycleShape>(ONE_CYCLE_SHAPE);
const MEMORY = object({ rates: list(number) });

/**
 * Takes the rate up from a fraction of what the optimiser was made with to the whole, and down to nearly nothing, each along half a cosine, and the
 * momentum the other way (Smith, https://arxiv.org/abs/1803.09820; defaults as in fastai). Each parameter group has its own highest rate. An optimiser
 * without momentum, such as plain SGD, gets none; of those with betas it is the first of them. `learn.fitOneCycle()` fits with it.
 *
 * @example
 * ```ts
 * import { learner } from "./mod.ts";
 * console.log(new learner.OneCycleCB({ pct: 0.3 }).name); // OneCycleCB
 * ```
 */
export class OneCycleCB extends Callback {
  /** Where other schedules are. */
  static override order: number = ParamScheduler.order;
  readonly #rate: Schedule;
  readonly #momentum: Schedule;
  #rates: readonly number[] = [];
  #hasMomentum = false;

  /** Throws a RangeError unless divisors are above 0, `pct` lies between 0 and 1, and momenta are at least 0. */
  constructor(options: OneCycleShape = {}) {
    super();
    checkOptions("OneCycleCB", options, OPTIONS);
    const { div = 25, divFinal = 1e5, pct = 0.25, momenta = [0.95, 0.85, 0.95] } = options;
    for (const [name, value] of Object.entries({ div, divFinal })) {
      checkNonNegative("OneCycleCB", name, value);
      if (value === 0) throw new RangeError(`Cannot set ${name} of OneCycleCB to 0: rates are divided by it`);
    }
    checkList("OneCycleCB", "momenta", momenta, "an array of three numbers", (one) => typeof one === "number");
    if (momenta.length !== 3) throw new RangeError(`Cannot cycle through ${momenta.length} momenta: it takes three`);
    momenta.forEach((one, i) => checkNonNegative("OneCycleCB", `momenta[${i}]`, one));
    this.#rate = oneCycle(1, { start: 1 / div, end: 1 / divFinal, pct });
    this.#momentum = oneCycle(momenta[1], { start: momenta[0], end: momenta[2], pct });
  }

  /** Takes the rates of the groups for their highest. */
  override beforeFit(learn: LearnerCore): void {
    this.#rates = learn.opt.paramGroups.map(({ lr }) => lr);
    this.#hasMomentum = learn.opt.paramGroups.some((group) => {
      const [momentum, betas] = [Reflect.get(group, "momentum"), Reflect.get(group, "betas")] as unknown[];
      return Array.isArray(betas) || (typeof momentum === "number" && momentum > 0);
    });
  }

  /** The highest rates: the optimiser's own are those of the moment. */
  override saveState(): CallbackState {
    return { values: { rates: this.#rates } };
  }

  /** Takes them over; throws a RangeError for those of other groups. */
  override loadState(state: CallbackState, learn: LearnerCore): void {
    const { rates } = valuesOf<{ rates: number[] }>(this, state, MEMORY), { length } = learn.opt.paramGroups;
    if (rates.length !== length) {
      throw new RangeError(
        `Cannot go on with what ${this.name} remembered: it has rates of ${rates.length} groups, the optimiser ${length}`,
      );
    }
    this.#rates = rates;
  }

  /** Training only: sets the values of the step to come. */
  override beforeBatch(learn: LearnerCore): void {
    if (!learn.training) return;
    const { length } = learn.dl;
    if (length === undefined) {
      throw new RangeError("Cannot fit one cycle: dls.train has no length. Give it one, its batches an epoch");
    }
    const position = (learn.epoch + learn.iter / length) / learn.epochs, share = this.#rate(position);
    learn.setHyper("lr", this.#rates.map((rate) => rate * share));
    if (this.#hasMomentum) learn.setHyper("momentum", this.#momentum(position));
  }
}
