/** Keeps the weights of the best epoch. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { natural, nullable, number, object } from "../../device/form.ts";
import { noGrad } from "../../tensor/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Callback, type CallbackState } from "../callback.ts";
import { valuesOf } from "../callback_state.ts";
import type { LearnerCore } from "../core.ts";
import { MONITOR, Monitor, type MonitorOptions } from "../monitor.ts";
import { MetricsCB } from "./metrics.ts";

const OPTIONS = optionNames<MonitorOptions>(MONITOR);
const MEMORY = object({ best: nullable(number), bestEpoch: nullable(natural) });

/**
 * Puts the weights of the best epoch back when the fit ends, however it ends: parameters and buffers, by a figure of {@linkcode MetricsCB}. They are kept
 * on the device. With {@linkcode EarlyStoppingCB} without `minDelta` the model is then that of its `bestEpoch`.
 *
 * @example
 * ```ts
 * import { data, F, learner, nn, rand } from "./mod.ts";
 * const set = new data.TensorDataset(rand([64, 4]), rand([64, 1]));
 * const best = new learner.BestWeightsCB();
 * const learn = learner.Learner.of(new nn.Linear(4, 1), data.DataLoaders.of(set, set)).loss(F.mseLoss).lr(0.01);
 * await learn.callbacks([new learner.MetricsCB({}, { log: null }), best]).fit(3);
 * console.log(best.bestEpoch); // 2
 * ```
 */
export class BestWeightsCB extends Callback {
  /** After MetricsCB, and before what changes weights as an epoch ends. */
  static override order: number = MetricsCB.order + 0.25;
  /** The best figure of the fit so far. */
  best: number | undefined;
  /** Its epoch, from 0. */
  bestEpoch: number | undefined;
  readonly #monitor: Monitor;
  #kept: Tensor[] | undefined;

  /** Throws a RangeError unless `phase` and `better` are among their values. */
  constructor(options: MonitorOptions = {}) {
    super();
    checkOptions("BestWeightsCB", options, OPTIONS);
    this.#monitor = new Monitor("keep the best weights", options);
  }

  /** Forgets the last fit; throws if no MetricsCB measures the column. */
  override beforeFit(learn: LearnerCore): void {
    this.#monitor.check(learn);
    this.best = this.bestEpoch = this.#kept = undefined;
  }

  /** The best figure so far, and its weights. */
  override saveState(): CallbackState {
    const { best = null, bestEpoch = null } = this;
    return {
      values: { best, bestEpoch },
      tensors: Object.fromEntries((this.#kept ?? []).map((t, i) => [String(i), t])),
    };
  }

  /** Takes them over; throws a RangeError for those of another model. */
  override loadState(state: CallbackState, learn: LearnerCore): void {
    const { best, bestEpoch } = valuesOf<{ best: number | null; bestEpoch: number | null }>(this, state, MEMORY);
    const { tensors = {} } = state, wanted = tensorsOf(learn);
    const found = wanted.map((_, i) => tensors[i]);
    const kept = found.filter((t) => t !== undefined);
    const fits = kept.every((t, i) => String(t.shape) === String(wanted[i]!.shape) && t.dtype === wanted[i]!.dtype);
    if (best !== null && (kept.length !== wanted.length || !fits)) {
      throw new RangeError(`Cannot go on with what ${this.name} remembered: its weights are those of another model`);
    }
    this.best = best ?? undefined;
    this.bestEpoch = bestEpoch ?? undefined;
    this.#kept = best === null ? undefined : kept.map((t) => t.keep());
  }

  /** After the phase that counts: waits for its figure, and copies the weights if it is the best so far. */
  override async afterEpoch(learn: LearnerCore): Promise<void> {
    const figure = await this.#monitor.figure(learn);
    if (figure === undefined || !this.#monitor.improves(figure, this.best)) return;
    this.best = figure;
    this.bestEpoch = learn.epoch;
    this.#kept = noGrad(() => tensorsOf(learn).map((t) => t.detach().clone().keep()));
  }

  /** Throws if the fit had no figures of the phase that counts. */
  override afterFit(learn: LearnerCore): void {
    this.#monitor.checkAfter(learn);
  }

  /** Puts the best weights back. */
  override cleanupFit(learn: LearnerCore): void {
    const kept = this.#kept;
    if (kept) noGrad(() => tensorsOf(learn).forEach((t, i) => t.copy_(kept[i]!)));
    this.#kept = undefined;
  }
}

const tensorsOf = ({ model }: LearnerCore): Tensor[] => [...model.parameters(), ...model.buffers()];
