/** Averages of the weights over the steps. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { natural, object } from "../../device/form.ts";
import { checkShare } from "../../optim/optimizer.ts";
import { noGrad } from "../../tensor/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Callback, type CallbackState } from "../callback.ts";
import { valuesOf } from "../callback_state.ts";
import type { LearnerCore } from "../core.ts";
import { BestWeightsCB } from "./best_weights.ts";

/** Options of {@linkcode EMACB}. */
export interface EMAOptions {
  /** Share of the average that each step keeps. Default: 0.999. */
  decay?: number;
  /** Begin with a smaller share, (1 + t) / (10 + t) at step t, so that first weights are soon forgotten. Default: true. */
  warmUp?: boolean;
  /** Validate with the averages. Default: true. */
  validate?: boolean;
  /** Leave the averages in the model when the fit ends. Default: true. */
  final?: boolean;
}

const OPTIONS = optionNames<EMAOptions>({ decay: 1, warmUp: 1, validate: 1, final: 1 });
const MEMORY = object({ steps: natural });

/**
 * Keeps exponential moving averages of the weights, average ← decay · average + (1 − decay) · weight after each step (Polyak and Juditsky 1992), which
 * often generalise better than the last weights. Buffers of floats, such as running averages, are averaged too; counts are taken as they are. By default
 * validations, and the model after the fit, are of the averages; with a {@linkcode BestWeightsCB}, the model after the fit is what that keeps.
 *
 * @example
 * ```ts
 * import { data, F, learner, nn, rand } from "./mod.ts";
 * const set = new data.TensorDataset(rand([64, 4]), rand([64, 1]));
 * const learn = learner.Learner.of(new nn.Linear(4, 1), data.DataLoaders.of(set, set)).loss(F.mseLoss);
 * await learn.callbacks([new learner.EMACB({ decay: 0.99 })]).fit(2);
 * ```
 */
export class EMACB extends Callback {
  /** After BestWeightsCB, which takes the weights that were validated; before CheckpointCB, which takes those that are trained. */
  static override order: number = BestWeightsCB.order + 0.25;
  readonly #options: Required<EMAOptions>;
  #averages: Tensor[] = [];
  #trained: Tensor[] | undefined;
  #steps = 0;

  /** Throws a RangeError unless `decay` is at least 0 and below 1. */
  constructor(options: EMAOptions = {}) {
    super();
    checkOptions("EMACB", options, OPTIONS);
    const { decay = 0.999, warmUp = true, validate = true, final = true } = options;
    checkShare("EMACB", "decay", decay);
    this.#options = { decay, warmUp, validate, final };
  }

  /** Begins with the weights as they are. */
  override beforeFit(learn: LearnerCore): void {
    this.#steps = 0;
    this.#trained = undefined;
    this.#averages = copies(tensorsOf(learn));
  }

  /** The averages, how many steps they are of, and, while the model has them, the trained weights. */
  override saveState(): CallbackState {
    const named = (name: string, tensors: readonly Tensor[]) => tensors.map((t, i) => [`${name}${i}`, t] as const);
    const tensors = Object.fromEntries([...named("", this.#averages), ...named("trained ", this.#trained ?? [])]);
    return { values: { steps: this.#steps }, tensors };
  }

  /** Takes them over; throws a RangeError for those of another model. */
  override loadState(state: CallbackState, learn: LearnerCore): void {
    const { steps } = valuesOf<{ steps: number }>(this, state, MEMORY), { tensors = {} } = state;
    const of = (name: string) =>
      tensorsOf(learn).map((t, i) => {
        const saved = tensors[`${name}${i}`];
        if (saved && String(saved.shape) === String(t.shape) && saved.dtype === t.dtype) return saved.keep();
        throw new RangeError(`Cannot go on with what ${this.name} remembered: its weights are those of another model`);
      });
    this.#averages = of("");
    if (tensors["trained 0"]) put(learn, of("trained "));
    this.#steps = steps;
  }

  /** Moves the averages towards the weights. */
  override afterStep(learn: LearnerCore): void {
    const { decay, warmUp } = this.#options, t = ++this.#steps;
    const kept = warmUp ? Math.min(decay, (1 + t) / (10 + t)) : decay;
    noGrad(() =>
      tensorsOf(learn).forEach((weight, i) => {
        const average = this.#averages[i]!;
        if (average.dtype === "float32") average.lerp_(weight, 1 - kept);
        else average.copy_(weight);
      })
    );
  }

  /** Puts the averages into the model for a validation. */
  override beforeEpoch(learn: LearnerCore): void {
    if (learn.training || !this.#options.validate) return;
    this.#trained = copies(tensorsOf(learn));
    put(learn, this.#averages);
  }

  /** Puts the trained weights back. */
  override afterEpoch(learn: LearnerCore): void {
    this.#putBack(learn);
  }

  /** Does so if the validation ended early. */
  override cleanupEpoch(learn: LearnerCore): void {
    this.#putBack(learn);
  }

  #putBack(learn: LearnerCore): void {
    if (this.#trained) put(learn, this.#trained);
    this.#trained = undefined;
  }

  /** Leaves the averages in the model. */
  override cleanupFit(learn: LearnerCore): void {
    if (this.#options.final && this.#steps > 0 && !learn.find(BestWeightsCB)) put(learn, this.#averages);
    this.#averages = [];
  }
}

const tensorsOf = ({ model }: LearnerCore): Tensor[] => [...model.parameters(), ...model.buffers()];
const copies = (tensors: readonly Tensor[]) => noGrad(() => tensors.map((t) => t.detach().clone().keep()));
const put = (learn: LearnerCore, values: readonly Tensor[]) =>
  noGrad(() => tensorsOf(learn).forEach((t, i) => t.copy_(values[i]!)));
