/**
 * Images in rows, with a title each.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Chart } from "./chart.ts";
import { pngUrl } from "./png.ts";
import { titleLines } from "./frame.ts";
import { textWidth } from "./text_width.ts";
import { shade } from "./theme.ts";

/** How images are shown. */
export interface ShowImagesOptions {
  /** Stands above the picture. Default: none. */
  readonly title?: string;
  /** A title for each image, in one line or several. */
  readonly titles?: readonly string[];
  /** Images in a row. Default: as many as make the picture about square, at most 8. */
  readonly columns?: number;
  /** The side of an image's longer edge, in pixels. Default: 72. */
  readonly size?: number;
  /** The values of black and of white. Default: the least and the greatest of all images. */
  readonly range?: readonly [number, number];
  /** Show at most so many. Default: 64. */
  readonly most?: number;
}

interface Sizes {
  readonly n: number;
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
}

function sizes({ shape }: Tensor): Sizes {
  const [n, channels, height, width] = shape.length === 2
    ? [1, 1, ...shape]
    : shape.length === 3
    ? [shape[0], 1, ...shape.slice(1)]
    : shape;
  if (shape.length < 2 || shape.length > 4 || (channels !== 1 && channels !== 3)) {
    throw new RangeError(
      `Cannot show [${shape.join(", ")}] as images: give [n, 1, h, w] or [n, 3, h, w], or [n, h, w], or [h, w]`,
    );
  }
  return { n: n!, channels, height: height!, width: width! };
}

/** One image of `values` as bytes, channels last. */
function bytes(
  values: ArrayLike<number>,
  i: number,
  { channels, height, width }: Sizes,
  [low, high]: readonly [number, number],
) {
  const area = height * width;
  const out = new Uint8Array(area * channels);
  const scale = high > low ? 255 / (high - low) : 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let p = 0; p < area; p++) {
      const value = (values[(i * channels + channel) * area + p]! - low) * scale;
      out[p * channels + channel] = Math.max(0, Math.min(255, Math.round(value))); // NaN is black
    }
  }
  return out;
}

function extent(values: ArrayLike<number>): [number, number] {
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low && value > -Infinity) low = value;
    if (value > high && value < Infinity) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}

/** Titles that the alternative text has. */
const MOST_NAMED = 16;

const OPTIONS = optionNames<ShowImagesOptions>({ title: 1, titles: 1, columns: 1, size: 1, range: 1, most: 1 });

/**
 * Images in a grid, grey or in colours.
 *
 * @param images [n, 1, h, w], [n, 3, h, w], [n, h, w] or [h, w]
 * @param options see {@linkcode ShowImagesOptions}
 * @throws {RangeError} for other shapes
 *
 * @example
 * ```ts
 * import { plot, rand } from "./mod.ts";
 * const chart = await plot.showImages(rand([6, 1, 28, 28]), { titles: ["coat", "bag", "boot", "shirt", "dress", "bag"] });
 * console.log((await chart.svg()).startsWith("<svg")); // true
 * ```
 */
export async function showImages(images: Tensor, options: ShowImagesOptions = {}): Promise<Chart> {
  if (!(images instanceof Tensor)) throw new TypeError(`Cannot show ${typeof images} as images: give a tensor`);
  checkOptions("showImages", options, OPTIONS);
  const { title, titles, size = 72, most = 64 } = options;
  const { n, ...each } = sizes(images);
  const count = Math.min(n, most);
  const shown = images.ndim > 2 && count < n ? images.narrow(0, 0, count) : images;
  const values = await shown.float().toTypedArray();
  const range = options.range ?? extent(values);
  const columns = Math.max(
    1,
    Math.min(options.columns ?? Math.min(8, Math.ceil(Math.sqrt(count))), Math.max(count, 1)),
  );
  const rows = Math.ceil(count / columns);

  const scale = size / Math.max(each.height, each.width);
  const [width, height] = [Math.round(each.width * scale), Math.round(each.height * scale)];
  // Columns are as wide as the titles, within bounds: a title that is cut off does not say what it is of.
  const words = Math.max(0, ...(titles ?? []).flatMap((text) => text.split("\n")).map((text) => textWidth(text, 11)));
  const gap = Math.max(8, Math.min(Math.ceil(words) + 6 - width, width)), line = 14;
  const heading = titles ? line * Math.max(...titles.map((text) => text.split("\n").length)) + 4 : 0;
  const tiles = Array.from({ length: count }, (_, i) => {
    const [x, y] = [(i % columns) * (width + gap), Math.floor(i / columns) * (height + gap + heading) + heading];
    const url = pngUrl({
      width: each.width,
      height: each.height,
      channels: each.channels,
      data: bytes(values, i, { n, ...each }, range),
    });
    return { x, y, url, title: titles?.[i] ?? "" };
  });
  const total = { width: columns * (width + gap) - gap, height: Math.max(rows * (height + gap + heading) - gap, 1) };
  const place = (field: "x" | "y") => ({
    field,
    type: "quantitative",
    axis: null,
    scale: {
      domain: [0, field === "x" ? total.width : total.height],
      range: [0, { expr: field === "x" ? "width" : "height" }],
      nice: false,
    },
  });
  const encoding = { x: place("x"), y: place("y") };
  const named = titles?.filter((text) => text !== "") ?? [];
  return new Chart({
    ...(title ? { title: titleLines(title, total.width) } : {}),
    description: `${title ?? "Images"}: ${count} of ${each.height} × ${each.width} pixels${
      named.length ? `, ${named.slice(0, MOST_NAMED).map((text) => text.replaceAll("\n", " ")).join("; ")}` : ""
    }${named.length > MOST_NAMED ? " …" : ""}`,
    ...total,
    autosize: { type: "pad" },
    padding: 8,
    data: { values: tiles },
    layer: [
      {
        mark: {
          type: "image",
          width,
          height,
          align: "left",
          baseline: "top",
          aspect: false,
          smooth: false,
          aria: false,
        },
        encoding: { ...encoding, url: { field: "url", type: "nominal" } },
      },
      ...(titles
        ? [{
          mark: {
            type: "text",
            align: "center",
            baseline: "top",
            dx: width / 2,
            dy: 2 - heading,
            fontSize: 11,
            color: shade("ink"),
            limit: width + gap - 2,
            lineBreak: "\n",
            lineHeight: line,
          },
          encoding: { ...encoding, text: { field: "title", type: "nominal" } },
        }]
        : []),
    ],
  });
}
