/**
 * A function of one number, drawn.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { checkFunction, checkObject } from "../device/expect.ts";
import { linspace } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Chart } from "./chart.ts";
import { extentOf, quantitative } from "./axis.ts";
import { described } from "./describe.ts";
import { rounder } from "./downsample.ts";
import { frame } from "./frame.ts";
import { hue, shade } from "./theme.ts";

/** What can be drawn: a function of tensors, or a module. */
export type Plottable = ((x: Tensor) => Tensor) | { call(x: Tensor): Tensor };

/** How a function is drawn. */
export interface PlotFuncOptions {
  /** Stands above the picture. Default: none. */
  readonly title?: string;
  /** Default: −5. */
  readonly min?: number;
  /** Default: 5. */
  readonly max?: number;
  /** Points from min to max. Default: 100. */
  readonly steps?: number;
  /** Of the whole picture, in pixels. Default: 420. */
  readonly width?: number;
  /** Of the whole picture, in pixels. Default: 280. */
  readonly height?: number;
}

const OPTIONS = optionNames<PlotFuncOptions>({ title: 1, min: 1, max: 1, steps: 1, width: 1, height: 1 });

/**
 * The graph of a function, with both axes through the origin and a dashed grid.
 *
 * @param f computes a tensor from one of `steps` numbers, element by element; a module such as an activation is one too
 * @param options see {@linkcode PlotFuncOptions}
 * @throws {RangeError} when the function does not return as many numbers as it was given
 *
 * @example
 * ```ts
 * import { nn, plot } from "./mod.ts";
 * const chart = await plot.plotFunc(new nn.GeneralReLU({ leak: 0.1, sub: 0.4, maxv: 3 }));
 * console.log((await chart.svg()).startsWith("<svg")); // true
 * ```
 */
export async function plotFunc(f: Plottable, options: PlotFuncOptions = {}): Promise<Chart> {
  checkOptions("plotFunc", options, OPTIONS);
  if (typeof f === "function") checkFunction("plotFunc", "the function", f);
  else checkObject("plotFunc", "the function", f, "a function or a module", ["call"]);
  const { title, min = -5, max = 5, steps = 100, width = 420, height = 280 } = options;
  const x = linspace(min, max, steps);
  const y = typeof f === "function" ? f(x) : f.call(x);
  checkTensor("plotFunc", "what the function returns", y);
  if (y.numel !== steps) {
    throw new RangeError(
      `Cannot plot a function that makes [${y.shape.join(", ")}] of [${steps}]: one number for each is wanted`,
    );
  }
  const [xs, ys] = await Promise.all([x.toTypedArray(), y.toTypedArray()]);
  const extent = extentOf([...ys, 0]), [roundX, roundY] = [rounder([min, max]), rounder(extent)];
  const values = Array.from(xs, (x, i) => ({ x: roundX(x), y: ys[i]! })).filter(({ y }) => Number.isFinite(y))
    .map(({ x, y }) => ({ x, y: roundY(y) }));
  const axis = { gridDash: [3, 3], tickCount: 7 };
  const up = quantitative({ title: "" }, extent), across = quantitative({ title: "", domain: [min, max] }, undefined);
  const through = (channel: "x" | "y") => ({
    data: { values: [{ at: 0 }] },
    mark: { type: "rule", color: shade("muted"), strokeWidth: 1, aria: false },
    encoding: { [channel]: { field: "at", type: "quantitative" } },
  });
  return new Chart({
    ...frame(title, width, height),
    description: described(title, `a function from ${min} to ${max}`, [{ label: "y", values: ys }]),
    layer: [
      ...(min <= 0 && max >= 0 ? [through("x")] : []),
      through("y"),
      {
        data: { values },
        mark: { type: "line", color: hue(0), strokeWidth: 2.25, description: title ?? "function" },
        encoding: {
          x: { field: "x", ...across, title: null, axis: { ...(across["axis"] as object), ...axis } },
          y: { field: "y", ...up, title: null, axis: { ...(up["axis"] as object), ...axis } },
        },
      },
    ],
  });
}
