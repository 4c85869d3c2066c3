/** What a diagnosis records of each parameter. */
import { type Form, list, natural, nullable, number, object, oneOf, optional } from "../device/form.ts";
import type { Module } from "../nn/module.ts";
import { moduleNames } from "../nn/names.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { tensor, zeros } from "../tensor/create.ts";
import { noGrad } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { LeftGradients, ParameterFigures } from "./diagnosis_records.ts";
import { DeviceRows } from "./device_rows.ts";

/** All parameters of a model as they stand: the module that has each, whether it requires gradients, and whether the optimiser has it. */
export function parametersOf(model: Module, opt: Optimizer | undefined): ParameterFigures[] {
  const names = moduleNames(model);
  const modules = new Map([...model.namedModules()].map(([path, module]) => [path, names.get(module)!]));
  const optimised = new Set<Tensor>(opt?.parameters());
  return [...model.namedParameters()].map(([name, p]) => ({
    name,
    module: modules.get(name.slice(0, Math.max(0, name.lastIndexOf("."))))!,
    requiresGrad: p.requiresGrad,
    optimised: opt ? optimised.has(p) : true,
  }));
}

/** What of the record stands in a checkpoint beside its rows. */
export type SavedParameters = {
  /** Which batch each row is of; earlier versions did not say. */
  readonly at?: readonly number[];
  /** In how many of them each parameter had a gradient. */
  readonly reached: readonly number[];
  /** Which batch each entry of what was left is of. */
  readonly leftAt: readonly number[];
  /** Whether the last batch recorded a step. */
  readonly stepped: boolean;
  /** The norm of the gradients that the last such step used; null before one. */
  readonly used: number | null;
};

/** Its form in a file. */
export const SAVED_PARAMETERS: Form = object({
  at: optional(list(natural)),
  reached: list(natural),
  leftAt: list(natural),
  stepped: oneOf([true, false]),
  used: nullable(number),
});

/** Norms of gradients and updates, a row for each batch whose step is recorded. */
export class ParameterRecord {
  readonly #parameters: readonly Tensor[];
  readonly #model: Module;
  readonly #opt: Optimizer;
  readonly #gradients: DeviceRows;
  readonly #updates: DeviceRows;
  readonly #left: DeviceRows;
  #leftAt: number[] = [];
  #at: number[] = [];
  readonly #reached: number[];
  #before: Tensor[] = [];
  #stepped = false;
  /** The norm of the gradients that the last step used. */
  #used: Tensor | undefined;
  #nothing: Tensor;

  /** Makes its rows on the model's device. */
  constructor(model: Module, opt: Optimizer) {
    this.#model = model;
    this.#opt = opt;
    this.#parameters = [...model.parameters()];
    this.#reached = this.#parameters.map(() => 0);
    [this.#gradients, this.#updates, this.#left] = [1, 2, 3].map(() => new DeviceRows(model.device)) as [
      DeviceRows,
      DeviceRows,
      DeviceRows,
    ];
    this.#nothing = zeros([1], { device: model.device }).keep();
  }

  /** Records gradients that are still there although a step has used them; those that were gathered for a step to come are none. */
  beforeBackward(batch: number): void {
    const left = this.#stepped ? this.#norms() : [];
    this.#stepped = false;
    if (left.every((one) => one === undefined) || !this.#used) return;
    noGrad(() => this.#left.push([together(left)!.div(this.#used!)]));
    this.#leftAt.push(batch);
  }

  #norms(): (Tensor | undefined)[] {
    return noGrad(() => this.#parameters.map((p) => p.borrowGrad()?.detach().norm()));
  }

  /** Copies the parameters. */
  beforeStep(): void {
    noGrad(() => this.#before = this.#parameters.map((p) => p.detach().clone()));
  }

  /** Records, if this step is one to be recorded, the gradients that it used and what it changed. */
  afterStep(batch: number, due: boolean): void {
    this.#stepped = due;
    if (!due || this.#before.length === 0) return;
    this.#at.push(batch);
    noGrad(() => {
      const norms = this.#norms();
      norms.forEach((norm, i) => norm && this.#reached[i]!++);
      this.#gradients.push(norms.map((norm) => norm ?? this.#nothing));
      this.#used = together(norms)?.clone().keep();
      this.#updates.push(this.#parameters.map((p, i) => {
        const before = this.#before[i]!, weight = before.norm();
        // A parameter of zeros, such as a new bias, has no ratio: 0 over a tiny number stays 0, and what moves is told from it.
        return p.detach().sub(before).norm().div(weight.clampMin(1e-12));
      }));
    });
    this.#before = [];
  }

  /** Ends a batch: one that was cancelled before its step has none. */
  endBatch(): void {
    this.#before = [];
  }

  /** All so far, for {@linkcode ParameterRecord.fill}; waits for the device. */
  async saved(): Promise<{ values: SavedParameters; rows: Record<string, Tensor> }> {
    const all = { gradients: this.#gradients.saved(), updates: this.#updates.saved(), left: this.#left.saved() };
    const [at, reached, leftAt, stepped] = [[...this.#at], [...this.#reached], [...this.#leftAt], this.#stepped];
    const rows = Object.fromEntries(Object.entries(all).flatMap(([name, own]) => own ? [[name, own]] : []));
    return { values: { at, reached, leftAt, stepped, used: await this.#used?.item() ?? null }, rows };
  }

  /** Goes on with what was recorded before. @throws {RangeError} if its parts do not belong together, or to this model */
  fill(values: SavedParameters, { gradients, updates, left }: Readonly<Record<string, Tensor>>): void {
    const { reached, leftAt, stepped, used, at = [] } = values, count = this.#parameters.length;
    this.#gradients.fill(gradients, "the parameters' gradients", count);
    this.#updates.fill(updates, "the parameters' updates", count);
    this.#left.fill(left, "the gradients that were left", 1);
    const { length } = this.#gradients;
    if (reached.length !== count || reached.some((n) => n > length) || this.#updates.length > length) {
      throw new RangeError(
        `Cannot go on with the record of the parameters: of ${length} batches it has ${this.#updates.length} updates, and ${reached.length} counts of ` +
          `gradients (${reached.join(", ")}) for ${count} parameters`,
      );
    }
    if (at.length !== length) {
      throw new RangeError(
        `Cannot go on with the record of the parameters: it says of ${at.length} rows which batch they are of, and has ${length}`,
      );
    }
    if (leftAt.length !== this.#left.length) {
      throw new RangeError(
        `Cannot go on with the record of the parameters: gradients were left in ${leftAt.length} batches, and ${this.#left.length} have figures`,
      );
    }
    reached.forEach((n, i) => this.#reached[i] = n);
    this.#leftAt = [...leftAt];
    this.#at = [...at];
    this.#stepped = stepped;
    this.#used = used === null ? undefined : tensor(used, { device: this.#nothing.device }).keep();
  }

  /** What was recorded; waits for the device. */
  async read(): Promise<ParameterFigures[]> {
    const [gradients, updates] = await Promise.all([this.#gradients.read(), this.#updates.read()]);
    return parametersOf(this.#model, this.#opt).map((figures, i) => ({
      ...figures,
      batches: [...this.#at],
      reached: this.#reached[i]!,
      gradients: gradients.map((row) => row[i]!),
      updates: updates.map((row) => row[i]!),
    }));
  }

  /** Gradients that were left; waits for the device. */
  async readLeft(): Promise<LeftGradients[]> {
    return (await this.#left.read()).map(([share], i) => ({ batch: this.#leftAt[i]!, share: share! }));
  }

  /** Gives the device memory back. */
  dispose(): void {
    for (const rows of [this.#gradients, this.#updates, this.#left]) rows.dispose();
    this.#used = undefined;
  }
}

/** The norm of all together. */
function together(norms: readonly (Tensor | undefined)[]): Tensor | undefined {
  const squares = norms.flatMap((norm) => norm ? [norm.square()] : []);
  return squares.length > 0 ? squares.reduce((a, b) => a.add(b)).sqrt() : undefined;
}
