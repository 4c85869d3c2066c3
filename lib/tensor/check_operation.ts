/** Checks an operation that a user defined: both sides of its kernel against each other, and its gradient against differences. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList, wrongKind } from "../device/expect.ts";
import { type Device, device } from "../device/device.ts";
import { NoDeviceError } from "../device/errors.ts";
import { sizeOf } from "../graph/shape.ts";
import { tensor } from "./create.ts";
import type { Operation, PlainDefinition } from "./operation.ts";
import { TensorHandle } from "./handle.ts";
import { Generator } from "./random.ts";
import type { Tensor } from "./tensor.ts";

/** Options of {@linkcode checkOperation}. */
export interface CheckOptions<N extends string = string> {
  /** Numbers that differ from the defaults. */
  readonly numbers?: { readonly [K in N]?: number };
  /** How far a value may be off, in parts of itself or of 1 if it is smaller. Default: 1e-4. */
  readonly tolerance?: number;
}

/**
 * What {@linkcode checkOperation} found; as text, and as the last expression of a notebook's cell, in words.
 *
 * @example
 * ```ts
 * import { OperationReport } from "./mod.ts";
 * const report = new OperationReport("cube", { "the result on cpu": 2e-8 }, ["webgpu"]);
 * console.log(report.missing.includes("webgpu"), Math.max(...Object.values(report.differences)) < 1e-6); // true true
 * ```
 */
export class OperationReport {
  /**
   * For {@linkcode checkOperation}, which measures.
   *
   * @param operation its name
   * @param differences the largest of each comparison, in parts of the value or of 1 if it is smaller, by what was compared
   * @param missing devices that this machine does not have
   */
  constructor(
    readonly operation: string,
    readonly differences: Readonly<Record<string, number>>,
    readonly missing: readonly string[],
  ) {}

  /** One line for each comparison. */
  toString(): string {
    const lines = Object.entries(this.differences).map(([what, most]) => `  ${what}: ${most.toExponential(1)} at most`);
    const missing = this.missing.map((name) => `  ${name}: not on this machine`);
    return [`${this.operation} is the same everywhere, but for`, ...lines, ...missing].join("\n");
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

/** The most elements of an input whose gradient is checked; each costs two calls of the host implementation. */
const MOST_PROBES = 256;

/**
 * Compares both sides of an operation's kernel, and its gradient with central differences of the host implementation in 64 bits.
 *
 * The host implementation on the reference device (64 bits) is what the cpu device, and webgpu where there is an adapter, are compared with; an element that
 * a kernel leaves out shows as NaN there. Gradients are those of a sum of the result's elements with random weights. Of an input with more
 * than 256 elements, 256 spread evenly are compared with differences.
 *
 * @param inputs examples, on any device: small ones, of odd sizes, away from kinks
 * @returns the largest differences
 * @throws {Error} that names the first value that differs by more than `options.tolerance`, and where it is; and what the operation itself throws
 *
 * @example
 * ```ts
 * import { checkOperation, defineOperation, randn } from "./mod.ts";
 * const cube = defineOperation({
 *   name: "cube",
 *   inputs: ["x"],
 *   wgsl: `fn kernel(i: u32) { store(i, x(i) * x(i) * x(i)); }`,
 *   cpu: ({ x, out }) => out.forEach((_, i) => out[i] = x[i] ** 3),
 *   backward: ({ x, gradient }) => ({ x: gradient.mul(x).mul(x).mul(3) }),
 * });
 * const report = await checkOperation(cube, [randn([3, 5])]);
 * console.log(report.differences["gradient of x"] < 1e-6); // true
 * ```
 */
export async function checkOperation<I extends readonly string[], N extends string>(
  operation: Operation<I, N>,
  inputs: readonly TensorHandle[],
  options: CheckOptions<NoInfer<N>> = {},
): Promise<OperationReport> {
  checkOptions("checkOperation", options, optionNames<CheckOptions>({ numbers: 1, tolerance: 1 }));
  if (typeof operation !== "function" || !operation.definition) {
    throw wrongKind("checkOperation", "the operation", "one that defineOperation made", operation);
  }
  checkList("checkOperation", "inputs", inputs, "an array of tensors", (x) => x instanceof TensorHandle);
  const { tolerance = 1e-4, numbers = {} } = options;
  const { name, inputs: names, backward } = operation.definition as unknown as PlainDefinition;
  const call = operation as unknown as (...args: unknown[]) => Tensor;
  const data = await Promise.all(inputs.map(async (x) => Float64Array.from(await x.toTypedArray())));
  const differences: Record<string, number> = {}, missing: string[] = [];
  const compare = (
    what: string,
    found: ArrayLike<number>,
    wanted: ArrayLike<number>,
    shape: readonly number[],
    probes?: number[],
  ) => {
    let most = 0;
    for (let k = 0; k < wanted.length; k++) {
      const a = found[probes?.[k] ?? k]!, b = wanted[k]!;
      const off = Object.is(a, b) ? 0 : Math.abs(a - b) / Math.max(1, Math.abs(b));
      most = Math.max(most, off);
      if (off <= tolerance) continue;
      throw new Error(
        `Cannot vouch for the operation ${name}: ${what} is ${a} at [${
          placeOf(probes?.[k] ?? k, shape)
        }], expected ${b}`,
      );
    }
    differences[what] = most;
  };

  /** The result on a device, and each input's gradient. */
  const runOn = async (where: Device) => {
    const leaves = inputs.map(({ shape }, i) =>
      tensor(data[i]!, { shape: [...shape], dtype: "float32", device: where, requiresGrad: backward !== undefined })
    );
    const out = call(...leaves, numbers);
    const w = tensor(weights(out.numel), { shape: [...out.shape], dtype: "float32", device: where });
    if (backward && out.numel) out.mul(w).sum().backward();
    const [values, ...gradients] = await Promise.all(
      [out, ...leaves.map((leaf) => leaf.grad)].map((t) => t?.toTypedArray()),
    );
    return { shape: out.shape, values: values!, gradients };
  };

  const truth = await runOn(device("reference"));
  for (const kind of ["cpu", "webgpu"] as const) {
    const where = device(kind);
    try {
      await where.ready;
    } catch (error) {
      if (!(error instanceof NoDeviceError)) throw error;
      missing.push(kind);
      continue;
    }
    const { values, gradients } = await runOn(where);
    compare(`the result on ${kind}`, values, truth.values, truth.shape);
    gradients.forEach((g, i) => {
      const wanted = truth.gradients[i];
      if (g && wanted) compare(`gradient of ${names[i]} on ${kind}`, g, wanted, inputs[i]!.shape);
    });
  }
  truth.gradients.forEach((g, i) => {
    if (!g) return;
    const size = data[i]!.length, count = Math.min(size, MOST_PROBES);
    const probes = Array.from({ length: count }, (_, k) => Math.floor(k * size / count));
    const loss = hostLoss(operation as unknown as Operation, inputs, data, truth.shape, numbers);
    compare(`gradient of ${names[i]}`, g, probes.map((at) => slope(loss, data[i]!, at)), inputs[i]!.shape, probes);
  });
  return new OperationReport(name, differences, missing);
}

/** The same numbers from [−1, 1) each time. */
function weights(count: number): Float32Array {
  const draw = new Generator(1).uniforms();
  return Float32Array.from({ length: count }, () => 2 * draw() - 1);
}

/** The weighted sum of what the host implementation makes of `data`, in 64 bits. */
function hostLoss(
  { definition }: Operation,
  inputs: readonly TensorHandle[],
  data: readonly Float64Array[],
  outShape: readonly number[],
  numbers: object,
): () => number {
  const plain = definition as unknown as PlainDefinition;
  const out = new Float64Array(sizeOf(outShape)), w = weights(out.length);
  const values: Record<string, unknown> = { ...plain.numbers, ...numbers, out, outShape };
  plain.inputs.forEach((name, i) => Object.assign(values, { [name]: data[i], [`${name}Shape`]: inputs[i]!.shape }));
  return () => {
    plain.cpu(values);
    return out.reduce((sum, value, i) => sum + value * w[i]!, 0);
  };
}

/** ∂loss/∂x[at] by central difference. */
function slope(loss: () => number, x: Float64Array, at: number): number {
  const before = x[at]!, step = 1e-5 * Math.max(1, Math.abs(before));
  x[at] = before + step;
  const above = loss();
  x[at] = before - step;
  const below = loss();
  x[at] = before;
  return (above - below) / (2 * step);
}

/** The index of an element along each axis. */
function placeOf(element: number, shape: readonly number[]): string {
  const place: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place.unshift(element % shape[axis]!);
    element = Math.floor(element / shape[axis]!);
  }
  return place.join(", ");
}
