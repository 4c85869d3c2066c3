/** What a diagnosis records of each parameter. */
import type { Module } from "../nn/module.ts";
import { moduleNames } from "../nn/names.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { zeros } from "../tensor/create.ts";
import { noGrad } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { LeftGradients, ParameterFigures } from "./diagnosis_records.ts";
import { DiagnosisRows } from "./diagnosis_rows.ts";

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

/** Norms of gradients and updates, a row a batch. */
export class ParameterRecord {
  readonly #parameters: readonly Tensor[];
  readonly #model: Module;
  readonly #opt: Optimizer;
  readonly #gradients: DiagnosisRows;
  readonly #updates: DiagnosisRows;
  readonly #left: DiagnosisRows;
  readonly #leftAt: number[] = [];
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
    [this.#gradients, this.#updates, this.#left] = [1, 2, 3].map(() => new DiagnosisRows(model.device)) as [
      DiagnosisRows,
      DiagnosisRows,
      DiagnosisRows,
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

  /** Records gradients, and copies the parameters. */
  beforeStep(): void {
    if (this.#parameters.length === 0) return;
    noGrad(() => {
      const norms = this.#norms();
      norms.forEach((norm, i) => norm && this.#reached[i]!++);
      this.#gradients.push(norms.map((norm) => norm ?? this.#nothing));
      this.#used = together(norms)?.clone().keep();
      this.#before = this.#parameters.map((p) => p.detach().clone());
    });
  }

  /** Records what the step changed. */
  afterStep(due: boolean): void {
    this.#stepped = due;
    if (due) this.#pushUpdates();
  }

  #pushUpdates(): void {
    if (this.#before.length === 0) return;
    noGrad(() => {
      this.#updates.push(this.#parameters.map((p, i) => {
        const before = this.#before[i]!, weight = before.norm();
        // A parameter of zeros, such as a new bias, has no ratio: 0 over a tiny number stays 0, and what moves is told from it.
        return p.detach().sub(before).norm().div(weight.clampMin(1e-12));
      }));
    });
    this.#before = [];
  }

  /** Ends a batch: one without a step changed nothing. */
  endBatch(): void {
    this.#pushUpdates();
  }

  /** What was recorded; waits for the device. */
  async read(): Promise<ParameterFigures[]> {
    const gradients = await this.#gradients.read(), updates = await this.#updates.read();
    return parametersOf(this.#model, this.#opt).map((figures, i) => ({
      ...figures,
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
