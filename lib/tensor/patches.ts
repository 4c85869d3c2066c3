/** Images as columns of patches, and back. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node } from "../graph/node.ts";
import { add } from "../ops/pointwise.ts";
import { full } from "../ops/sources.ts";
import { reshape, slice, sliceScatter } from "../ops/views.ts";
import { joined, part, refuseBytes, windowsIn } from "./arrange.ts";
import { checkTensor } from "./expect.ts";
import type { TensorHandle } from "./handle.ts";
import { pad } from "./pad.ts";
import { Tensor } from "./tensor.ts";
import { type Pair, pair } from "./windows.ts";

/** Options of {@linkcode unfold} and {@linkcode fold}. */
export interface PatchOptions {
  /** Step between elements of a patch. Default 1. */
  dilation?: Pair;
  /** Zeros around the image, on each side. Default 0. */
  padding?: Pair;
  /** Step between patches. Default 1. */
  stride?: Pair;
}

const OPTIONS = optionNames<PatchOptions>({ dilation: 1, padding: 1, stride: 1 });

/** Where patches lie in an image. */
interface Grid {
  readonly kernel: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly stride: readonly [number, number];
  /** How many there are, down and across. */
  readonly count: readonly [number, number];
}

function gridOf(what: string, height: number, width: number, kernelSize: Pair, options: PatchOptions): Grid {
  checkOptions(what, options, OPTIONS);
  const kernel = pair("kernel size", kernelSize, 1), dilation = pair("dilation", options.dilation ?? 1, 1);
  const padding = pair("padding", options.padding ?? 0, 0), stride = pair("stride", options.stride ?? 1, 1);
  const along = (i: 0 | 1, size: number) =>
    windowsIn(size + 2 * padding[i], dilation[i] * (kernel[i] - 1) + 1, stride[i]);
  const count = [along(0, height), along(1, width)] as const;
  if (count[0] < 1 || count[1] < 1) {
    throw new ShapeError(
      `Cannot ${what} an image of ${height} × ${width} by patches of ${showShape(kernel)}: none fits`,
    );
  }
  return { kernel, dilation, padding, stride, count };
}

/** The places in a patch, row by row: where the elements lie there of all patches. */
function placesIn({ kernel, dilation, stride }: Grid, rank: number) {
  const steps = [...new Array<number>(rank - 2).fill(1), ...stride];
  return Array.from({ length: kernel[0] * kernel[1] }, (_, k) => {
    const row = Math.floor(k / kernel[1]) * dilation[0], column = k % kernel[1] * dilation[1];
    return { starts: [...new Array<number>(rank - 2).fill(0), row, column], steps };
  });
}

/**
 * Patches of images as columns (im2col): [n, c, h, w] → [n, c · kh · kw, patches], rows of patches first.
 *
 * @param x float32 [n, c, h, w]
 * @throws {ShapeError} for other numbers of axes, or if no patch fits
 *
 * @example
 * ```ts
 * import { F, tensor } from "./mod.ts";
 * const columns = F.unfold(tensor([[[[1, 2, 3], [4, 5, 6]]]]), 2);
 * console.log(await columns.array()); // [ [ [ 1, 2 ], [ 2, 3 ], [ 4, 5 ], [ 5, 6 ] ] ]
 * ```
 */
export function unfold(x: TensorHandle, kernelSize: Pair, options: PatchOptions = {}): Tensor {
  checkTensor("unfold", "the input", x);
  if (x.ndim !== 4) {
    throw new ShapeError(`Cannot unfold ${showShape(x.shape)}: it takes [batch, channels, height, width]`, [x.shape]);
  }
  refuseBytes("unfold", [x.node()]);
  const [n, c, h, w] = x.shape as [number, number, number, number], grid = gridOf("unfold", h, w, kernelSize, options);
  const { padding: [down, across], count, kernel } = grid;
  const image = down + across ? pad(x, [across, across, down, down]).node() : x.node();
  const columns = placesIn(grid, 4).map(({ starts, steps }) =>
    reshape(slice(image, starts, steps, [n, c, ...count]), [n, c, 1, count[0] * count[1]])
  );
  return new Tensor(reshape(joined(columns, 2), [n, c * kernel[0] * kernel[1], count[0] * count[1]]));
}

/**
 * Columns of patches put together to images (col2im), the reverse of {@linkcode unfold}; where patches overlap they are added up:
 * [n, c · kh · kw, patches] → [n, c, …outputSize].
 *
 * @param x [n, c · kh · kw, patches]
 * @param outputSize height and width of the images
 * @throws {ShapeError} if the sizes do not fit
 *
 * @example
 * ```ts
 * import { F, ones } from "./mod.ts";
 * console.log(await F.fold(ones([1, 4, 2]), [2, 3], 2).array()); // [ [ [ [ 1, 2, 1 ], [ 1, 2, 1 ] ] ] ]
 * ```
 */
export function fold(x: TensorHandle, outputSize: Pair, kernelSize: Pair, options: PatchOptions = {}): Tensor {
  checkTensor("fold", "the input", x);
  const [h, w] = pair("output size", outputSize, 1), grid = gridOf("fold", h, w, kernelSize, options);
  const { padding: [down, across], count, kernel } = grid, size = kernel[0] * kernel[1], patches = count[0] * count[1];
  if (x.ndim !== 3 || x.shape[1]! % size || x.shape[2] !== patches) {
    throw new ShapeError(
      `Cannot fold ${showShape(x.shape)} to images of ${h} × ${w}: it takes [batch, channels · ${size}, ${patches}]`,
      [x.shape],
    );
  }
  const n = x.shape[0]!, c = x.shape[1]! / size, columns = reshape(x.node(), [n, c, size, ...count]);
  const shape = [n, c, h + 2 * down, w + 2 * across];
  let image: Node = full(x.device, columns.dtype, shape, 0);
  placesIn(grid, 4).forEach(({ starts, steps }, k) => {
    const column = reshape(part(columns, 2, k, 1), [n, c, ...count]);
    image = sliceScatter(image, add(slice(image, starts, steps, column.shape), column), starts, steps);
  });
  return new Tensor(slice(image, [0, 0, down, across], [1, 1, 1, 1], [n, c, h, w]));
}
