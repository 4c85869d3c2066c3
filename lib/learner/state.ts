/** What a Learner holds: its parts, and where its fit stands. */
import { textOf } from "../device/expect.ts";
import { checkOptions, optionNames } from "../device/check_options.ts";
import type { Batch } from "../data/dataset.ts";
import { type Device, deviceOr } from "../device/device.ts";
import { Module } from "../nn/module.ts";
import { checkNonNegative, type Optimizer } from "../optim/optimizer.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Batches, Loaders, LossFunction, OptimizerFunction } from "./parts.ts";

const OPTIONS = optionNames<LearnerState["options"]>({ lossFunc: 1, lr: 1, momentum: 1, optFunc: 1 });
const LOADERS = optionNames<Loaders>({ train: 1, valid: 1, to: 1 });

/**
 * What a {@linkcode Learner} holds, and callbacks read and change: its parts, where the fit stands, the current batch and what was computed
 * from it.
 *
 * The events of {@linkcode Callback} are declared with this type. A callback of your own may declare them with `Learner`, which is what
 * they get.
 *
 * @example
 * ```ts
 * import { data, learner, nn, rand } from "./mod.ts";
 * const set = new data.TensorDataset(rand([8, 4]), rand([8, 1]));
 * const learn: learner.LearnerState = new learner.Learner(new nn.Linear(4, 1), data.DataLoaders.of(set, set));
 * console.log(learn.options.lr, learn.epoch, learn.training); // 0.1 0 false
 * ```
 */
export abstract class LearnerState {
  /** The optimiser of the current, or last, fit. */
  opt!: Optimizer;
  /** Epochs of the current fit. */
  epochs = 0;
  /** The current epoch, from 0. */
  epoch = 0;
  /** The current batch of the phase, from 0. */
  iter = 0;
  /** Whether the epoch's last phase, its validation if there is one, has gone through all its batches. */
  epochIsOver = false;
  /** Whether this is the training phase. */
  training = false;
  /** The batches of the current phase. */
  dl!: Batches;
  /** The current batch: inputs, then targets. */
  batch: Batch = [];
  /** The model's output for the batch. */
  preds!: Tensor;
  /** The loss of the batch. */
  batchLoss!: Tensor;
  /**
   * Whether a callback ended the current batch early, by a CancelBatchException: for `cleanupBatch`, which runs however the batch ended.
   */
  batchCancelled = false;
  /** How many training steps of this fit count. A guard that finds a bad step late sets it, and records leave out later steps. */
  validSteps: number = Infinity;

  /**
   * For {@linkcode Learner}, which fills it.
   *
   * @param model what to train
   * @param dls its batches, `{ train, valid }`
   * @param options the loss function, learning rate, momentum and optimiser; the fluent steps set these
   */
  constructor(
    readonly model: Module,
    readonly dls: Loaders,
    readonly options: { lossFunc?: LossFunction; lr: number; momentum?: number; optFunc: OptimizerFunction },
  ) {
    checkOptions(new.target.name, options, OPTIONS);
    const plain = typeof dls === "object" && dls !== null && Object.getPrototypeOf(dls) === Object.prototype;
    if (plain) checkOptions(`the loaders of ${new.target.name}`, dls, LOADERS);
  }

  /**
   * A setting of the current, or last, fit's optimiser, such as "lr". Of optimisers with betas, "momentum" is the first of them.
   *
   * @throws {RangeError} if it has none of that name
   */
  hyper(name: string): number {
    if (!this.opt) throw new TypeError(`Cannot read ${textOf(name)}: there is no optimiser before the first fit`);
    const group = this.opt.paramGroups[0]!;
    const value: unknown = Reflect.get(group, name);
    if (typeof value === "number") return value;
    const betas = value === undefined && name === "momentum" ? betasOf(group) : undefined;
    if (betas) return betas[0];
    const settings = Object.entries(group).filter(([, v]) => typeof v === "number");
    throw new RangeError(
      `Cannot find ${textOf(name)} in ${this.opt.constructor.name}: its settings are ${
        settings.map(([key]) => key).join(", ")
      }`,
    );
  }

  /**
   * Changes a setting of the current fit's optimiser, from the next step on.
   *
   * @param name of the setting, such as "lr"
   * @param value for all parameter groups, or one for each
   * @throws {RangeError} if the optimiser has no such setting, or another number of groups
   */
  setHyper(name: string, value: number | readonly number[]): void {
    this.hyper(name);
    const { paramGroups } = this.opt;
    const values = typeof value === "number" ? paramGroups.map(() => value) : value;
    if (values.length !== paramGroups.length) {
      throw new RangeError(
        `Cannot set ${name} to ${values.length} values: ${this.opt.constructor.name} has ${paramGroups.length} parameter groups`,
      );
    }
    for (const one of values) checkNonNegative(this.opt.constructor.name, name, one);
    paramGroups.forEach((group, i) => {
      const betas = name === "momentum" && !Object.hasOwn(group, name) ? betasOf(group) : undefined;
      Object.assign(group, betas ? { betas: [values[i], betas[1]] } : { [name]: values[i] });
    });
  }

  /** Moves model, optimiser, data and a loss that is a module to a device. @throws {TypeError} for what is none */
  async to(device: Device): Promise<this> {
    device = deviceOr(device);
    await this.model.to(device);
    await this.opt?.follow();
    await this.dls.to?.(device);
    const { lossFunc } = this.options;
    if (lossFunc instanceof Module) await lossFunc.to(device);
    return this;
  }
}

/** The shares that averages of a group keep, if its optimiser has such: the first is that of the gradients', a momentum. */
function betasOf(group: object): readonly [number, number] | undefined {
  const betas: unknown = Reflect.get(group, "betas");
  return Array.isArray(betas) ? betas as [number, number] : undefined;
}
