/** A tensor in one line: shape, type, device, and figures of its values. */
import { checkTensor } from "./expect.ts";
import type { DType } from "../device/dtype.ts";
import { noGrad } from "../graph/context.ts";
import { showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { type Shape, sizeOf } from "../graph/shape.ts";
import { concat } from "../ops/concat.ts";
import { add, binary, cast, div, mul, sub, unary, where } from "../ops/pointwise.ts";
import { reduce } from "../ops/reductions.ts";
import { float } from "../ops/sources.ts";
import { histogram } from "../ops/statistics.ts";
import { detach, reshape } from "../ops/views.ts";
import { TensorHandle } from "./handle.ts";
import { isFinite } from "./pointwise.ts";
import { sparkBars } from "./spark.ts";

/** Bins of the histogram. */
const BINS = 16;

/** What {@linkcode TensorDescription} is made of. Mean, deviation, range and histogram are those of the finite values. */
export interface DescribedFigures {
  /** Arithmetic mean; NaN of none. */
  readonly mean: number;
  /** Standard deviation, divided by n − 1; NaN of fewer than two. */
  readonly std: number;
  /** The least; NaN of none. */
  readonly min: number;
  /** The greatest; NaN of none. */
  readonly max: number;
  /** How many are NaN. */
  readonly nan: number;
  /** How many are ∞ or −∞. */
  readonly infinite: number;
  /** How many fall into each of 16 equal bins from `min` to `max`. */
  readonly counts: readonly number[];
}

/** Four significant digits, in powers of ten where that is shorter. */
function short(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) return String(value);
  const text = String(Number(value.toPrecision(4))).replace("e+", "e");
  return text.length > 9 ? value.toExponential(2).replace("e+", "e") : text;
}

/**
 * A tensor in one line, as {@linkcode describe} gives it: it shows itself by `console.log`, and in a notebook.
 *
 * @example
 * ```ts
 * import { describe, tensor } from "./mod.ts";
 * const { mean, max, nan } = await describe(tensor([1, 2, 6, NaN]));
 * console.log(mean, max, nan); // 3 6 1
 * ```
 */
export class TensorDescription {
  /**
   * For {@linkcode describe}, which fills it.
   *
   * @param shape sizes of the axes
   * @param dtype element type
   * @param device where it lives
   * @param figures of its values
   */
  constructor(
    readonly shape: Shape,
    readonly dtype: DType,
    readonly device: string,
    readonly figures: DescribedFigures,
  ) {}

  /** Arithmetic mean of the finite values. */
  get mean(): number {
    return this.figures.mean;
  }
  /** Their standard deviation, divided by n − 1. */
  get std(): number {
    return this.figures.std;
  }
  /** The least of them. */
  get min(): number {
    return this.figures.min;
  }
  /** The greatest of them. */
  get max(): number {
    return this.figures.max;
  }
  /** How many values are NaN. */
  get nan(): number {
    return this.figures.nan;
  }
  /** How many are ∞ or −∞. */
  get infinite(): number {
    return this.figures.infinite;
  }

  /** `Tensor([2, 3], float32, cpu)  mean 0.5 ± 0.1  0 … 1  ▁▃█`. */
  toString(): string {
    const { mean, std, min, max, nan, infinite, counts } = this.figures;
    const parts = [`Tensor(${showShape(this.shape)}, ${this.dtype}, ${this.device})`];
    const size = sizeOf(this.shape), finite = size - nan - infinite;
    if (size === 0) parts.push("empty");
    if (finite === 1) parts.push(short(mean));
    else if (finite > 1 && min === max) parts.push(`all ${short(min)}`);
    else if (finite > 1) parts.push(`mean ${short(mean)} ± ${short(std)}`, `${short(min)} … ${short(max)}`);
    if (nan > 0) parts.push(`${nan.toLocaleString("en")} NaN`);
    if (infinite > 0) parts.push(`${infinite.toLocaleString("en")} ∞`);
    if (finite > 1 && min < max) parts.push(sparkBars(counts));
    return parts.join("  ");
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /** What a notebook shows. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/plain": this.toString() };
  }
}

const NOTHING: DescribedFigures = { mean: NaN, std: NaN, min: NaN, max: NaN, nan: 0, infinite: 0, counts: [] };

const all = (x: Node) => x.shape.map((_, axis) => axis);
const sumOf = (x: Node): Node => reduce("sum", x, all(x));
const joined = (parts: readonly Node[]): Node => concat(parts.map((x) => reshape(x, [sizeOf(x.shape)])), 0);

/** Figures as nodes: floats `[mean, variance / range², min, max, …counts]`, and int32 `[NaN, infinite]`, with the range of a whole type exactly. */
function figures(node: Node): [floats: Node, whole: Node] {
  const x = detach(cast(node, "float32")), finite = isFinite(x), nan = unary("isnan", x), zero = float(x, 0);
  const count = cast(sumOf(finite), "float32");
  const low = reduce("min", where(finite, x, float(x, Infinity)), all(x));
  const high = reduce("max", where(finite, x, float(x, -Infinity)), all(x));
  // By halves and in units of the range: distances between float32's ends, and squares, are beyond it.
  const half = float(x, 0.5), from = mul(low, half), range = sub(mul(high, half), from);
  const place = where(finite, div(sub(mul(x, half), from), range), float(x, -1));
  const unit = binary("maximum", range, float(x, 2 ** -126));
  // From the least on: a sum of them all may be beyond float32, and the mean of numbers far from 0 is off by as much as they differ.
  const above = where(finite, div(sub(mul(x, half), from), unit), zero), middle = div(sumOf(above), count);
  const twice = mul(add(from, mul(middle, unit)), float(x, 2));
  const mean = binary("minimum", binary("maximum", twice, low), high);
  const off = where(finite, sub(above, middle), zero);
  const variance = div(sumOf(mul(off, off)), sub(count, float(x, 1)));
  const odd = [
    sumOf(cast(nan, "int32")),
    sumOf(cast(binary("eq", cast(finite, "int32"), cast(nan, "int32")), "int32")),
  ];
  const exact = node.dtype === "float32"
    ? []
    : ["min", "max"].map((op) => reduce(op as "min" | "max", cast(detach(node), "int32"), all(x)));
  return [joined([mean, variance, low, high, histogram(place, BINS, 0, 1)]), joined([...odd, ...exact])];
}

/**
 * A tensor in one line, from one small read (88 bytes; 96 of whole types): shape, type, device, mean and deviation, range, how many NaN and ∞ there
 * are, and a histogram. All of it is computed on the device; no gradient flows through.
 *
 * `console.log(t)` cannot wait for a device, and must not run what is only recorded: it shows shape, type and device. Once a tensor was described, it
 * shows this line until the tensor is written to. In a notebook a tensor as a cell's last expression describes itself.
 *
 * @throws {TypeError} for what is no tensor
 *
 * @example
 * ```ts
 * import { describe, tensor } from "./mod.ts";
 * const t = tensor([[1, 2], [3, Infinity]]);
 * console.log(`${await describe(t)}`.slice(-40)); // mean 2 ± 1  1 … 3  1 ∞  █       █      █
 * ```
 */
export async function describe(t: TensorHandle): Promise<TensorDescription> {
  checkTensor("describe", "its argument", t);
  const { shape, dtype, device } = t, { version } = t.storage;
  const found = t.numel === 0 ? NOTHING : await read(t);
  const description = new TensorDescription(shape, dtype, String(device), found);
  t.described = { version, line: String(description) };
  return description;
}

async function read(t: TensorHandle): Promise<DescribedFigures> {
  const [floats, whole] = noGrad(() => figures(t.node()).map((node) => new TensorHandle(node)) as TensorHandle[]);
  const [values, counted] = await Promise.all([floats!.toTypedArray(), whole!.toTypedArray()]);
  const [mean, variance, low, high, ...counts] = values, [nan, infinite, min = low, max = high] = counted;
  const some = t.numel > nan! + infinite!;
  return {
    mean: mean!,
    std: Math.sqrt(variance!) * (high! - low!),
    min: some ? min! : NaN,
    max: some ? max! : NaN,
    nan: nan!,
    infinite: infinite!,
    counts,
  };
}
