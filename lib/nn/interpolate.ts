/** Images and signals of another size. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { found } from "../device/expect.ts";
import { tensor } from "../tensor/create.ts";
import { checkTensor } from "../tensor/expect.ts";
import { isFloat, ShapeError, showShape, whole } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Options of {@linkcode interpolate}. */
export interface InterpolateOptions {
  /** The sizes of the result, one number for all axes or one for each; give this or `scaleFactor`. */
  size?: number | readonly number[];
  /** How many times as large the result is, one number for all axes or one for each; sizes are rounded down. */
  scaleFactor?: number | readonly number[];
  /** "nearest", or "linear" of [n, c, length], "bilinear" of [n, c, h, w]. Default "nearest". */
  mode?: "nearest" | "linear" | "bilinear";
  /** Of "linear" and "bilinear": whether the corners' centres stay where they are, rather than the image's edges. Default false. */
  alignCorners?: boolean;
}

const OPTIONS = optionNames<InterpolateOptions>({ size: 1, scaleFactor: 1, mode: 1, alignCorners: 1 });

/** How many axes each mode interpolates; 0: any. */
const AXES = { nearest: 0, linear: 1, bilinear: 2 } as const;

/** One axis: its size before and after, and how far a step in the result is in the input. */
interface Scale {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/**
 * Images of another size: [n, c, …sizes] → [n, c, …others]. Bilinear ones are products with two small matrices, so that what is not finite spreads
 * along its row and column.
 *
 * @param x float32 [n, c, length], [n, c, h, w] or [n, c, d, h, w]
 * @throws {ShapeError} for other numbers of axes; {@linkcode TypeError} unless there is either `size` or `scaleFactor`, for `alignCorners` of
 *   "nearest", or other types than float32; {@linkcode RangeError} for sizes below 1
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * const x = tensor([[[[1, 2], [3, 4]]]]);
 * console.log(await F.interpolate(x, { scaleFactor: 2 }).at(0, 0, 0).array()); // [ 1, 1, 2, 2 ]
 * console.log(await F.interpolate(x, { size: 3, mode: "bilinear", alignCorners: true }).at(0, 0, 1).array()); // [ 2, 2.5, 3 ]
 * ```
 */
export function interpolate(x: Tensor, options: InterpolateOptions): Tensor {
  checkTensor("interpolate", "the input", x);
  checkOptions("interpolate", options, OPTIONS);
  const { mode = "nearest", alignCorners } = options, axes = x.ndim - 2;
  if (!Object.hasOwn(AXES, mode)) {
    throw new RangeError(`Cannot interpolate by mode ${found(mode)}: it is one of ${Object.keys(AXES).join(", ")}`);
  }
  if (axes < 1 || axes > 3 || (AXES[mode] && AXES[mode] !== axes)) {
    const wanted = mode === "linear"
      ? "[n, c, length]"
      : mode === "bilinear"
      ? "[n, c, h, w]"
      : "[n, c, …sizes] of up to three";
    throw new ShapeError(`Cannot interpolate ${showShape(x.shape)} by "${mode}": it takes ${wanted}`, [x.shape]);
  }
  if (!isFloat(x.dtype)) {
    throw new TypeError(`Cannot interpolate a ${x.dtype} tensor: it takes float32. Convert with .float()`);
  }
  if (mode === "nearest" && alignCorners !== undefined) {
    throw new TypeError(`Cannot interpolate by "nearest" with alignCorners: it is for "linear" and "bilinear"`);
  }
  const scales = scalesOf(x.shape.slice(2), options, alignCorners ?? false);
  return scales.reduce(
    (y, scale, i) => mode === "nearest" ? nearest(y, i + 2, scale) : linear(y, i + 2, scale, alignCorners ?? false),
    x,
  );
}

function scalesOf(sizes: readonly number[], { size, scaleFactor }: InterpolateOptions, alignCorners: boolean): Scale[] {
  if ((size === undefined) === (scaleFactor === undefined)) {
    throw new TypeError("Cannot interpolate: give either size or scaleFactor");
  }
  const given = size ?? scaleFactor!, list = typeof given === "number" ? sizes.map(() => given) : given;
  if (!Array.isArray(list) || list.length !== sizes.length || !list.every((n) => typeof n === "number")) {
    throw new TypeError(
      `Cannot interpolate ${sizes.length} axes to ${found(given)}: give a number, or one for each axis`,
    );
  }
  return sizes.map((from, i) => {
    const to = whole(
      "interpolate",
      "a size of the result",
      size === undefined ? Math.floor(from * list[i]!) : list[i],
      1,
    );
    whole("interpolate", "a size of the input", from, 1);
    if (alignCorners) return { from, to, step: to > 1 ? Math.fround((from - 1) / (to - 1)) : 0 };
    return { from, to, step: Math.fround(size === undefined ? 1 / list[i]! : from / to) };
  });
}

/** The element below each place; repeated ones need no index. */
function nearest(x: Tensor, axis: number, { from, to, step }: Scale): Tensor {
  const places = Int32Array.from({ length: to }, (_, i) => Math.min(from - 1, Math.floor(Math.fround(i * step))));
  const times = to / from;
  if (places.every((place, i) => place === Math.floor(i / times))) {
    return times === 1 ? x : Number.isInteger(times) ? x.repeatInterleave(times, axis) : picked();
  }
  return picked();

  function picked(): Tensor {
    return x.indexSelect(axis, tensor(places, { device: x.device }));
  }
}

/** Weights of the two elements that each place lies between, as a matrix: [from, to]. */
function weights({ from, to, step }: Scale, alignCorners: boolean): Float32Array {
  const out = new Float32Array(from * to);
  for (let i = 0; i < to; i++) {
    const place = alignCorners ? Math.fround(step * i) : Math.max(0, Math.fround(Math.fround(step * (i + 0.5)) - 0.5));
    const below = Math.min(from - 1, Math.floor(place)),
      above = Math.min(from - 1, below + 1),
      part = Math.fround(place - below);
    out[below * to + i]! += 1 - part;
    out[above * to + i]! += part;
  }
  return out;
}

function linear(x: Tensor, axis: number, scale: Scale, alignCorners: boolean): Tensor {
  if (scale.from === scale.to) return x;
  const matrix = tensor(weights(scale, alignCorners), { shape: [scale.from, scale.to], device: x.device });
  return axis === x.ndim - 1 ? x.matmul(matrix) : matrix.t().matmul(x);
}
