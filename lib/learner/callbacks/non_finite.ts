/** Stops a training at its first step that is not finite. */
import type { Batch } from "../../data/dataset.ts";
import { tensor } from "../../tensor/create.ts";
import { noGrad } from "../../tensor/graph.ts";
import type { Generator } from "../../tensor/random.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { Callback } from "../callback.ts";
import { DeviceRecord } from "../device_record.ts";
import { findNonFinite, type NonFinitePlace } from "../find_non_finite.ts";
import type { LearnerCore } from "../core.ts";
import { generatorsOf } from "../saved_state.ts";
import { BatchTransformCB } from "./batch_transform.ts";

/** Steps between two reads of the flags. */
const LOOK = 16;

/** Training became NaN or infinite. The message says where; `place` has the figures. */
export class NonFiniteError extends Error {
  /** What `String(error)` begins with; a fit throws it as the `cause` of a CallbackError. */
  override readonly name = "NonFiniteError";

  /**
   * Its message names epoch, batch and operation.
   *
   * @param epoch of the first bad step, from 0
   * @param iter its batch in the epoch, from 0
   * @param place the operation that made the first values that are not finite
   */
  constructor(readonly epoch: number, readonly iter: number, readonly place: NonFinitePlace) {
    super(
      `Training is not finite from epoch ${epoch}, batch ${iter} on: ${place.text}. ` +
        "The model is as it was before that batch, which learn.batch holds",
    );
  }
}

/** A step whose flag was not read yet, with what it takes to run it again. */
interface Step {
  readonly epoch: number;
  readonly iter: number;
  readonly batch: Batch;
  readonly states: readonly (readonly [Generator, Generator["state"]])[];
}

/**
 * Stops the fit at the first training step that is not finite, and says which operation of which module made it so.
 *
 * A step is bad if its loss, or anything it would store (parameters, buffers, gradients kept across steps, the optimiser's memory), becomes
 * NaN or infinite. Whether it did is computed on the device, and what it stores is chosen there by that flag: new values while all is well
 * (the same to the bit as without this guard), old ones from the first bad step on. So no step waits; flags are read in the background every
 * few steps, and at the end of an epoch's training, which waits for them. The bad batch is then run again from the state before it, looking at each operation.
 *
 * @throws {NonFiniteError} from the fit, as the cause of a CallbackError
 *
 * @example
 * ```ts
 * import { data, learner, nn, randint, randn } from "./mod.ts";
 * const set = new data.TensorDataset(randn([64, 4]), randint(0, 2, [64]));
 * const model = new nn.Sequential(new nn.Linear(4, 2), new nn.Lambda((x) => x.sub(x.max()).log()));
 * const learn = learner.Learner.of(model, data.DataLoaders.of(set, set, { batchSize: 16 }));
 * try {
 *   await learn.loss(nn.functional.crossEntropy).callbacks([new learner.NonFiniteCB()]).fit(1);
 * } catch (error) {
 *   console.log((error as Error).message);
 * }
 * ```
 */
export class NonFiniteCB extends Callback {
  /** Once the batch is the one that the model sees. */
  static override order: number = BatchTransformCB.order + 1;

  #good!: Tensor;
  #flags!: DeviceRecord;
  #steps = new Map<number, Step>();
  #generators = new Set<Generator>();
  #states: Step["states"] = [];
  #before = new Map<string, Tensor>();
  #loss: Tensor | undefined;
  /** Whether the batch has taken its step. */
  #stepped = false;
  #bad: number | undefined;
  #looking = false;

  /** What it guards belongs to one fit. */
  override get ofOneFit(): boolean {
    return true;
  }

  /** Starts a new record of flags on the model's device. */
  override beforeFit(learn: LearnerCore): void {
    const { device } = learn.model;
    this.#good = tensor(1, { device }).keep();
    this.#flags = new DeviceRecord(device);
    this.#generators = generatorsOf([...learn.model.modules(), learn.dls, ...learn.cbs]);
    this.#steps.clear();
    this.#bad = this.#loss = undefined;
    this.#stepped = false;
  }

  /** Training only: stops at a bad step that is known by now; else copies what this step may change. */
  override beforeBatch(learn: LearnerCore): void | Promise<void> {
    if (!learn.training) return;
    if (this.#bad !== undefined) return this.#report(learn, this.#bad);
    // The last step has started and this one is not recorded yet: reading now does not split a step.
    if (this.#flags.length % LOOK === LOOK - 1) this.#look();
    this.#states = [...this.#generators].map((generator) => [generator, generator.state]);
    this.#before = new Map([...stored(learn)].map(([name, t]) => [name, t.detach().clone().keep()]));
  }

  /** Training only: remembers the loss, and the batch in case it must be run again. */
  override afterLoss(learn: LearnerCore): void {
    if (!learn.training) return;
    this.#loss = learn.batchLoss.detach();
    const { epoch, iter, batch } = learn;
    this.#steps.set(this.#flags.length, { epoch, iter, batch, states: this.#states });
  }

  /**
   * Training only: chooses on the device between what the step stored and what was there before it. At once, so that what comes after, averages of
   * weights or a checkpoint, never takes over what is not finite.
   */
  override afterStep(learn: LearnerCore): void {
    if (!this.#loss) return;
    this.#choose(learn, this.#loss.isfinite().all(), ["parameter", "buffer", "state"]);
    this.#stepped = true;
  }

  /** Training only: the same of gradients that are kept for the next step, if there are any; and notes whether the step was bad. */
  override afterBatch(learn: LearnerCore): void {
    this.#endStep(learn);
  }

  /** Does so for a batch that was cancelled half-way, which may have stored something too. */
  override cleanupBatch(learn: LearnerCore): void {
    this.#endStep(learn);
  }

  #endStep(learn: LearnerCore): void {
    const loss = this.#loss, stepped = this.#stepped;
    this.#loss = undefined;
    this.#stepped = false;
    if (!learn.training || !loss) return;
    if (!stepped) this.#choose(learn, loss.isfinite().all(), ["parameter", "buffer", "state", "gradient"]);
    else if (stored(learn, ["gradient"]).size > 0) this.#choose(learn, undefined, ["gradient"]);
    noGrad(() => this.#flags.push(this.#good));
    // The copies were for this step alone: unless a read in mid-step needed them, they are never stored.
    for (const t of this.#before.values()) t.storage.abandon();
    this.#before.clear();
  }

  /** Keeps what is stored of these kinds if it stayed finite, as everything did so far; else puts back what was there before. */
  #choose(learn: LearnerCore, fine: Tensor | undefined, kinds: readonly Kind[]): void {
    noGrad(() => {
      const after = stored(learn, kinds);
      for (const [name, t] of after) {
        if (t.dtype !== "float32") continue;
        const stayed = stayedFinite(t, this.#before.get(name));
        fine = fine ? fine.logicalAnd(stayed) : stayed;
      }
      if (fine) this.#good.mul_(fine.float());
      const good = this.#good.gt(0);
      for (const [name, t] of after) t.copy_(t.where(good, this.#before.get(name) ?? 0));
    });
  }

  /** After training: reads all flags, and throws a NonFiniteError if a step was bad. */
  override async afterEpoch(learn: LearnerCore): Promise<void> {
    if (!learn.training) return;
    await this.#check();
    if (this.#bad !== undefined) await this.#report(learn, this.#bad);
  }

  /** Lets go of the batches that were remembered. */
  override cleanupFit(_learn: LearnerCore): void {
    this.#steps.clear();
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      await this.#check();
    } catch { // the next read in the foreground reports it
    } finally {
      this.#looking = false;
    }
  }

  async #check(): Promise<void> {
    const flags = await this.#flags.read();
    const bad = flags.indexOf(0);
    if (bad >= 0) this.#bad = bad;
    else for (const step of this.#steps.keys()) if (step < flags.length) this.#steps.delete(step);
  }

  async #report(learn: LearnerCore, bad: number): Promise<never> {
    learn.validSteps = bad + 1;
    const { epoch, iter, batch, states } = this.#steps.get(bad)!;
    learn.batch = batch;
    let place: NonFinitePlace;
    try {
      place = await findNonFinite(learn, states);
    } catch (cause) {
      const message =
        `Training is not finite from epoch ${epoch}, batch ${iter} on, and running that batch again failed`;
      throw new Error(`${message}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
    throw new NonFiniteError(epoch, iter, place);
  }
}

/** What a step changes. */
type Kind = "parameter" | "gradient" | "buffer" | "state";

/** Everything that a step changes and a later one sees, or only some kinds of it, by names. */
function stored(
  learn: LearnerCore,
  kinds: readonly Kind[] = ["parameter", "gradient", "buffer", "state"],
): Map<string, Tensor> {
  const found = new Map<string, Tensor>(), has = (kind: Kind) => kinds.includes(kind);
  for (const [name, p] of learn.model.namedParameters()) {
    if (has("parameter")) found.set(`parameter ${name}`, p);
    const g = has("gradient") && p.borrowGrad();
    if (g) found.set(`gradient ${name}`, g);
  }
  if (has("buffer")) { for (const [name, buffer] of learn.model.namedBuffers()) found.set(`buffer ${name}`, buffer); }
  if (!has("state")) return found;
  for (const [position, own] of Object.entries(learn.opt.stateDict().state)) {
    for (const [key, t] of Object.entries(own)) if (t instanceof Tensor) found.set(`state ${position} ${key}`, t);
  }
  return found;
}

/** Whether no element became infinite or NaN. (A buffer may hold infinities from the start, as a running minimum does.) */
function stayedFinite(after: Tensor, before: Tensor | undefined): Tensor {
  const fine = after.isfinite();
  return (before ? fine.logicalOr(before.isfinite().logicalNot()) : fine).all();
}
