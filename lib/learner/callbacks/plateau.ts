/** Lowers the rate when an epoch's figure no longer improves. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { list, natural, nullable, number, object } from "../../device/form.ts";
import { PLATEAU, type PlateauOptions, plateauOptions, ReduceOnPlateau } from "../../optim/plateau.ts";
import { Callback, type CallbackState } from "../callback.ts";
import { valuesOf } from "../callback_state.ts";
import type { LearnerCore } from "../core.ts";
import { MONITOR, Monitor, type MonitorOptions } from "../monitor.ts";
import { MetricsCB } from "./metrics.ts";

/** Options of {@linkcode ReduceOnPlateauCB}: which figure, and what `optim.ReduceOnPlateau` takes. */
export interface ReduceOnPlateauOptions extends MonitorOptions, Omit<PlateauOptions, "better"> {}

const OPTIONS = optionNames<ReduceOnPlateauOptions>({ ...PLATEAU, ...MONITOR });
const MEMORY = object({ best: nullable(number), bad: natural, cooling: natural, rates: list(number) });

/**
 * Lowers the optimiser's rates when an epoch's figure has stopped improving, as `optim.ReduceOnPlateau` does (PyTorch's ReduceLROnPlateau). The rate
 * must be nobody else's: not a `ParamScheduler`'s.
 *
 * @example
 * ```ts
 * import { data, F, learner, nn, rand } from "./mod.ts";
 * const set = new data.TensorDataset(rand([64, 4]), rand([64, 1]));
 * const plateau = new learner.ReduceOnPlateauCB({ patience: 0, factor: 0.5, threshold: 0.9 });
 * const learn = learner.Learner.of(new nn.Linear(4, 1), data.DataLoaders.of(set, set)).loss(F.mseLoss).lr(0.01);
 * learn.callbacks([new learner.MetricsCB({}, { log: null }), plateau]);
 * await learn.fit(3);
 * console.log(learn.opt.lr); // 0.0025
 * ```
 */
export class ReduceOnPlateauCB extends Callback {
  /** After MetricsCB, whose figures it uses. */
  static override order: number = MetricsCB.order + 1;
  readonly #monitor: Monitor;
  readonly #options: Required<PlateauOptions>;
  #plateau: ReduceOnPlateau | undefined;

  /** Throws a RangeError for settings out of range; see {@linkcode ReduceOnPlateauOptions}. */
  constructor(options: ReduceOnPlateauOptions = {}) {
    super();
    checkOptions("ReduceOnPlateauCB", options, OPTIONS);
    const { monitor: _monitor, phase: _phase, better: _better, ...others } = options;
    this.#monitor = new Monitor("lower the rate", options);
    this.#options = plateauOptions("ReduceOnPlateauCB", { ...others, better: this.#monitor.better });
  }

  /** Begins anew; throws if no MetricsCB measures the column. */
  override beforeFit(learn: LearnerCore): void {
    this.#monitor.check(learn);
    this.#plateau = new ReduceOnPlateau(learn.opt, this.#options);
  }

  /** What it has seen, and the rates. */
  override saveState(learn: LearnerCore): CallbackState {
    return { values: { ...this.#plateau!.stateDict(), rates: learn.opt.paramGroups.map(({ lr }) => lr) } };
  }

  /** Takes them over. */
  override loadState(state: CallbackState, learn: LearnerCore): void {
    const { rates, ...seen } = valuesOf<{ best: number | null; bad: number; cooling: number; rates: number[] }>(
      this,
      state,
      MEMORY,
    );
    learn.setHyper("lr", rates);
    this.#plateau!.loadStateDict(seen);
  }

  /** After the phase that counts: waits for its figure, and gives it on. */
  override async afterEpoch(learn: LearnerCore): Promise<void> {
    const figure = await this.#monitor.figure(learn);
    if (figure !== undefined) this.#plateau!.step(figure);
  }

  /** Throws if the fit had no figures of the phase that counts. */
  override afterFit(learn: LearnerCore): void {
    this.#monitor.checkAfter(learn);
  }
}
