/** Tensors as text, the way PyTorch prints them. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { type DType, type HostArray, isFloat } from "../device/dtype.ts";
import { sizeOf } from "../graph/shape.ts";

/** How tensors print. */
export interface PrintOptions {
  /** Digits after the point. Default 4. */
  precision?: number;
  /** Characters in a line. Default 80. */
  lineWidth?: number;
  /** Elements from which on only the edges are shown. Default 1000. */
  threshold?: number;
  /** Elements shown at each end of a shortened axis. Default 3. */
  edgeItems?: number;
  /** Scientific notation: always, never, or (undefined) where the range of the values asks for it. */
  sciMode?: boolean | undefined;
}

const OPTIONS = optionNames<PrintOptions>({ precision: 1, lineWidth: 1, threshold: 1, edgeItems: 1, sciMode: 1 });

const settings: Required<Omit<PrintOptions, "sciMode">> & Pick<PrintOptions, "sciMode"> = {
  precision: 4,
  lineWidth: 80,
  threshold: 1000,
  edgeItems: 3,
  sciMode: undefined,
};

/**
 * Changes how tensors print; what is left out stays as it is.
 *
 * @throws {TypeError} for a name that is none of these; {@linkcode RangeError} for a number that is not whole
 *
 * @example
 * ```ts
 * import { setPrintOptions } from "./mod.ts";
 * setPrintOptions({ precision: 2, lineWidth: 140, sciMode: false });
 * ```
 */
export function setPrintOptions(options: PrintOptions): void {
  checkOptions("setPrintOptions", options, OPTIONS);
  for (const [name, value] of Object.entries(options)) {
    if (name === "sciMode") continue;
    const most = name === "precision" ? 100 : Infinity;
    if (
      !(typeof value === "number" && value >= 0 && value <= most && (Number.isInteger(value) || value === Infinity))
    ) {
      throw new RangeError(`Cannot set ${name} of printing to ${value}: it takes a whole number from 0`);
    }
  }
  Object.assign(settings, options);
}

/** `data` (row-major, of `shape`) as PyTorch prints it: `tensor([1.0000, 2.5000])`. */
export function formatTensor(data: HostArray, shape: readonly number[], dtype: DType): string {
  const prefix = "tensor(";
  const suffix = dtype === "float32" || dtype === "bool" ? ")" : `, dtype=${dtype})`;
  if (sizeOf(shape) === 0) return `${prefix}[]${shape.length > 1 ? `, size=(${shape.join(", ")})` : ""}${suffix}`;
  const short = data.length > settings.threshold;
  const shown: number[] = [];
  visit(shape, short, (at) => shown.push(data[at]!));
  const element = elementFormat(shown, dtype);
  return prefix + block(data, shape, 0, 0, prefix.length, short, element) + suffix;
}

/** Calls `found` with the position of each element that is shown. */
function visit(shape: readonly number[], short: boolean, found: (at: number) => void, axis = 0, at = 0): void {
  if (axis === shape.length) return found(at);
  const step = sizeOf(shape.slice(axis + 1));
  for (const i of shownIndices(shape[axis]!, short)) if (i >= 0) visit(shape, short, found, axis + 1, at + i * step);
}

/** Indices of an axis that are shown; −1 stands for the dots. */
function shownIndices(size: number, short: boolean): number[] {
  const { edgeItems: edge } = settings;
  if (!short || size <= 2 * edge) return Array.from({ length: size }, (_, i) => i);
  return [...Array(edge).keys(), -1, ...Array.from({ length: edge }, (_, i) => size - edge + i)];
}

function elementFormat(values: readonly number[], dtype: DType): (x: number) => string {
  const text = textFormat(values, dtype);
  const width = Math.max(0, ...values.filter(Number.isFinite).map((x) => text(x).length)); // nan and inf take no room of their own
  return (x) => text(x).padStart(width);
}

function textFormat(values: readonly number[], dtype: DType): (x: number) => string {
  if (dtype === "bool") return (x) => x ? "true" : "false";
  if (!isFloat(dtype)) return (x) => String(x);
  const special = (x: number) => Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  const sizes = values.filter((x) => Number.isFinite(x) && x !== 0).map(Math.abs);
  const most = Math.max(...sizes), least = Math.min(...sizes);
  const whole = values.every((x) => !Number.isFinite(x) || x === Math.ceil(x));
  const wide = sizes.length > 0 && (most / least > 1000 || most > 1e8 || (!whole && least < 1e-4));
  const scientific = settings.sciMode ?? (whole ? most > 1e8 : wide);
  if (scientific) return (x) => Number.isFinite(x) ? exponent(x, settings.precision) : special(x);
  if (whole) return (x) => Number.isFinite(x) ? `${x.toFixed(0)}.` : special(x);
  return (x) => Number.isFinite(x) ? x.toFixed(settings.precision) : special(x);
}

/** `1.5000e-05`: at least two digits in the exponent. */
function exponent(x: number, precision: number): string {
  return x.toExponential(precision).replace(/e([+-])(\d)$/, "e$10$2");
}

function block(
  data: HostArray,
  shape: readonly number[],
  axis: number,
  at: number,
  indent: number,
  short: boolean,
  element: (x: number) => string,
): string {
  if (axis === shape.length) return element(data[at]!);
  const step = sizeOf(shape.slice(axis + 1));
  const indices = shownIndices(shape[axis]!, short);
  if (axis === shape.length - 1) {
    const cells = indices.map((i) => i < 0 ? " ..." : element(data[at + i]!));
    const perLine = Math.max(1, Math.floor((settings.lineWidth - indent) / (element(data[at]!).length + 2)));
    const lines: string[] = [];
    for (let i = 0; i < cells.length; i += perLine) lines.push(cells.slice(i, i + perLine).join(", "));
    return `[${lines.join(`,\n${" ".repeat(indent + 1)}`)}]`;
  }
  const parts = indices.map((i) =>
    i < 0 ? "..." : block(data, shape, axis + 1, at + i * step, indent + 1, short, element)
  );
  return `[${parts.join(`,${"\n".repeat(shape.length - axis - 1)}${" ".repeat(indent + 1)}`)}]`;
}
