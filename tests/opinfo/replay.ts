/** Makes the calls of the corpus, and compares with PyTorch: values, types, shapes, strides, gradients, second gradients, states, errors. */
import { parameter } from "../../lib/nn/mod.ts";
import { DeviceValidationError, Tensor } from "../../lib/tensor/mod.ts";
import { difference } from "../oracle/golden.ts";
import { callLoss, makeLayer, makeOptimiser } from "./layers.ts";
import { inPlace, NoSuchCall, operations } from "./ops.ts";
import { shapingOperations } from "./shaping_ops.ts";
import { cotangent, decode, decodeNamed, dtypeOf, numbers, type Sample, type TensorEntry } from "./sample.ts";

/** What became of a sample. "same" and "raises" are as PyTorch has it. */
export type Outcome =
  | "same"
  | "raises" // an error in Sonde's words where PyTorch has one
  | "differs"
  | "silent" // a result where PyTorch has an error
  | "refused" // an error in Sonde's words where PyTorch has a result
  | "unclear" // an error that is not in Sonde's words
  | "no such call"; // it cannot be written down here

/** What has been compared, and how often. */
export type Compared = "output" | "gradient" | "second gradient" | "strides" | "state" | "step" | "error";

export interface Verdict {
  readonly outcome: Outcome;
  /** The first difference, or the message. */
  readonly says: string;
  readonly compared: Partial<Record<Compared, number>>;
}

/** Sums over many elements, whose order PyTorch and Sonde choose differently. */
const REDUCTIONS =
  /sum|prod|mean|var|std|norm|softmax|logsumexp|matmul|mm|mv|dot|conv|pool|linear|loss|cross_entropy|gather|index_select|scatter|embedding|max|min/i;

/** Sums of products that may cancel: what is left has the rounding of its largest terms. */
const PRODUCTS = /mat|mm|mv|dot|conv|linear/i;

/** Why an error is not one of Sonde's: V8 has met something that no check did. */
const UNCLEAR =
  /^Cannot (read|set|destructure|mix|convert) (properties|property|BigInt|undefined)|is not (a function|iterable|defined)|^Invalid|call stack/;

function isClear(error: unknown): boolean {
  return error instanceof Error && !(error instanceof DeviceValidationError) && !UNCLEAR.test(error.message);
}

class Differs extends Error {}

class Replay {
  readonly compared: Partial<Record<Compared, number>> = {};

  /** @param factor what the device's tolerance is multiplied by */
  constructor(readonly sample: Sample, readonly factor: number) {}

  count(what: Compared): void {
    this.compared[what] = (this.compared[what] ?? 0) + 1;
  }

  async same(kind: Compared, what: string, expected: TensorEntry, found: unknown, factor = this.factor): Promise<void> {
    this.count(kind);
    if (!(found instanceof Tensor)) throw new Differs(`${what}: expected a tensor, found ${found}`);
    const [shape, wanted] = [`[${found.shape}]`, `[${expected.s}]`];
    if (shape !== wanted) throw new Differs(`${what} shape: expected ${wanted}, found ${shape}`);
    const dtype = dtypeOf(expected.d);
    if (found.dtype !== dtype) throw new Differs(`${what} dtype: expected ${dtype}, found ${found.dtype}`);
    const values = await found.toTypedArray(), known = numbers(expected);
    if (dtype !== "float32") {
      const at = known.findIndex((value, i) => value !== values[i]);
      if (at >= 0) throw new Differs(`${what}: expected ${known[at]}, found ${values[at]}, at ${at}`);
      return;
    }
    const off = difference(values, known, expected.s, { relative: 1.3e-6 * factor, absolute: 1e-5 * factor });
    if (off) throw new Differs(`${what}: ${off}`);
  }

  /** Compares with PyTorch's float64 results, where the corpus has them, and else or then with its float32 ones. */
  async either<E>(exact: E | undefined, entry: E, compare: (entry: E) => Promise<void>): Promise<void> {
    if (exact) {
      try {
        return await compare(exact);
      } catch (error) {
        if (!(error instanceof Differs)) throw error;
      }
    }
    await compare(entry);
  }

  /** A gradient; where PyTorch has none, zeros are as good as none. */
  async sameGradient(
    kind: Compared,
    what: string,
    expected: TensorEntry | null,
    found: Tensor | null,
    factor: number,
  ): Promise<void> {
    if (found && expected) return this.same(kind, what, expected, found, factor);
    this.count(kind);
    const rest = expected ? numbers(expected) : await found?.toTypedArray() ?? [];
    if (rest.every((value) => Math.abs(value) <= 1e-5)) return;
    throw new Differs(`${what}: expected ${expected ? "one" : "none"}, found ${found ? "one" : "none"}`);
  }

  /** @returns whether all of it is the same; else it throws */
  async run(): Promise<void> {
    const { sample } = this;
    if (sample.src === "optim") return await this.optimise();
    if (sample.options) return await this.layer();
    const leaves: Tensor[] = [], args = sample.in.map((v) => decode(v, leaves));
    const kwargs = decodeNamed(sample.kw, leaves);
    if (sample.src === "view_write") return await this.writeThrough(args, kwargs, leaves);
    const call = sample.src === "inplace" ? inPlace[sample.op] : operations[sample.op] ?? shapingOperations[sample.op];
    if (!call) throw new NoSuchCall(`${sample.op} in place`);
    await this.results([await call(args, kwargs)].flat(), leaves);
  }

  async results(found: unknown[], leaves: readonly Tensor[]): Promise<void> {
    const { sample } = this;
    if (sample.error) {
      for (const y of found) if (y instanceof Tensor) await y.toTypedArray();
      return;
    }
    const summed = PRODUCTS.test(sample.op) ? 2 * this.factor : this.factor;
    for (const [i, entry] of sample.out!.entries()) {
      const compare = (e: TensorEntry | null) => this.same("output", `output ${i}`, e!, found[i], summed);
      await this.either(sample.exact?.out?.[i], entry, compare);
    }
    const ys = found as Tensor[];
    if (sample.strides) this.strides(ys[0]!, sample.strides);
    if (sample.grads && leaves.length) await this.gradients(ys, leaves);
  }

  strides(y: Tensor, expected: readonly number[]): void {
    this.count("strides");
    const off = y.shape.some((n, axis) => n > 1 && y.stride()[axis] !== expected[axis]);
    if (off) throw new Differs(`strides: expected (${expected}), found (${y.stride()})`);
  }

  async gradients(ys: readonly Tensor[], leaves: readonly Tensor[]): Promise<void> {
    const { grads, second, op } = this.sample, summed = REDUCTIONS.test(op) ? 10 : this.factor;
    for (const [i, y] of ys.entries()) {
      if (!y.requiresGrad) continue;
      y.backward(cotangent(y.shape, i), { createGraph: second !== undefined, retainGraph: true });
    }
    const found = leaves.map(({ grad }) => grad);
    const { exact } = this.sample;
    for (const [i, g] of found.entries()) {
      const compare = (e: TensorEntry | null) => this.sameGradient("gradient", `gradient ${i}`, e, g, summed);
      await this.either(exact?.grads?.[i], grads![i]!, compare);
    }
    if (!second) return;
    const twice = this.factor === 1 ? 10 : 20;
    for (const leaf of leaves) leaf.grad = null;
    const terms = found.flatMap((g, k) => g?.requiresGrad ? [g.mul(cotangent(g.shape, 10 + k)).sum()] : []);
    if (terms.length) terms.reduce((a, b) => a.add(b)).backward();
    for (const [i, { grad }] of leaves.entries()) {
      const compare = (e: TensorEntry | null) =>
        this.sameGradient("second gradient", `second gradient ${i}`, e, grad, twice);
      await this.either(exact?.second?.[i], second[i]!, compare);
    }
  }

  async writeThrough(args: unknown[], kwargs: Record<string, unknown>, leaves: readonly Tensor[]): Promise<void> {
    const [x, ...rest] = args as [Tensor, ...unknown[]], whole = x.clone();
    const call = operations[this.sample.op] ?? shapingOperations[this.sample.op]!;
    const view = call([whole, ...rest], kwargs) as Tensor;
    view.mul_(cotangent(view.shape, 3)).add_(1);
    await this.results([whole], leaves);
  }

  async layer(): Promise<void> {
    const { sample } = this, leaves: Tensor[] = [], args = sample.in.map((v) => decode(v, leaves));
    const layer = makeLayer(sample);
    const y = layer ? layer.call(...args as [Tensor]) : callLoss(sample, args);
    if (sample.error) return await this.results([y], leaves);
    if (layer && String(layer) !== sample.print) {
      throw new Differs(`printed: expected ${sample.print}, found ${String(layer)}`);
    }
    await this.results([y], leaves);
    const parameters = new Map(layer?.namedParameters() ?? []), buffers = new Map(layer?.namedBuffers() ?? []);
    if (leaves.length === 0 && y instanceof Tensor && y.requiresGrad) y.backward(cotangent(y.shape, 0));
    for (const [name, entry] of Object.entries(sample.parameters ?? {})) {
      await this.sameGradient("gradient", `gradient of ${name}`, entry, parameters.get(name)?.grad ?? null, 10);
    }
    for (const [name, entry] of Object.entries(sample.after ?? {})) {
      await this.same("state", `${name} after the call`, entry, buffers.get(name));
    }
  }

  async optimise(): Promise<void> {
    const [x, y, ...start] = this.sample.in.map((v) => decode(v)) as [Tensor, Tensor, ...Tensor[]];
    const params = start.map((t) => parameter(t)), [w, b, v] = params as [Tensor, Tensor, Tensor];
    const optimiser = makeOptimiser(this.sample, params);
    for (let step = 0; step < 10; step++) {
      optimiser.zeroGrad();
      x.matmul(w.t()).add(b).tanh().matmul(v.t()).sub(y).square().mean().backward();
      if (step === 4) b.grad = null;
      optimiser.step();
      const expected = this.sample.steps?.[[0, 5, 9].indexOf(step)];
      for (const [i, entry] of (expected ?? []).entries()) {
        await this.same("step", `parameter ${i} after step ${step + 1}`, entry, params[i], 10 * this.factor);
      }
      if (step === 6) optimiser.paramGroups[0]!.lr *= 0.5;
    }
  }
}

/** Makes a sample's call on the default device. */
export async function replay(sample: Sample, factor: number): Promise<Verdict> {
  const run = new Replay(sample, factor), { compared } = run;
  try {
    await run.run();
    return { outcome: sample.error ? "silent" : "same", says: sample.error ?? "", compared };
  } catch (error) {
    const says = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (error instanceof NoSuchCall) return { outcome: "no such call", says, compared };
    if (error instanceof Differs) return { outcome: "differs", says: error.message, compared };
    if (!isClear(error)) return { outcome: "unclear", says, compared };
    if (!sample.error) return { outcome: "refused", says, compared };
    run.count("error");
    return { outcome: "raises", says, compared };
  }
}
