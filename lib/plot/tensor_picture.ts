/**
 * Tensors as pictures, for notebooks: images as images, matrices as heat maps, more axes as facets.
 *
 * @module
 */
import { describe, type TensorDescription } from "../tensor/description.ts";
import { cat } from "../tensor/combine.ts";
import { display } from "../tensor/display.ts";
import { type HostArray, noGrad } from "../tensor/graph.ts";
import { Tensor } from "../tensor/tensor.ts";
import { DIVERGING, GREYS, VIRIDIS_SHADES } from "./color_scales.ts";
import { html } from "./html.ts";
import { type MimeBundle, svgImage } from "./notebook.ts";
import { standalone } from "./picture.ts";
import { pngUrl } from "./png.ts";

/** The code of what is not finite; values have 0 to 254. */
const NOT_FINITE = 255, STEPS = 254;

/** Tiles at most, and in a row of images. */
const MOST_TILES = 32, COLUMNS = 8;
/** Facets of two axes: rows and columns at most. */
const MOST_ROWS = 6, MOST_COLUMNS = 8;
/** Cells along an axis at most: of a tile, and of a matrix by itself. */
const TILE_CELLS = 32, CELLS = 128;
/** Pixels of a tile's longer edge, and of a matrix's. */
const TILE_SIZE = 64, SIZE = 256, GAP = 4;

/** Of the lines above a picture: in the notebook's own colour. */
const STYLE = "opacity:0.8;font-family:ui-monospace,monospace;font-size:12px;white-space:pre-wrap";

/** What is drawn: tiles of [channels, height, width] in rows. */
interface Tiles {
  /** [tiles, channels, height, width]. */
  readonly cells: Tensor;
  readonly columns: number;
  /** Whether values are brightness, and not quantities. */
  readonly image: boolean;
  readonly size: number;
  /** What is left out, in words. */
  readonly left: string;
}

const first = (x: Tensor, axis: number, most: number): Tensor => x.shape[axis]! > most ? x.narrow(axis, 0, most) : x;

/** Means of blocks of neighbours along an axis, as few neighbours as keep it at `most`; the last block may be smaller. */
function blocks(x: Tensor, axis: number, most: number): Tensor {
  const size = x.shape[axis]!, k = Math.ceil(size / most), whole = Math.floor(size / k);
  if (k <= 1) return x;
  const shape = [...x.shape.slice(0, axis), whole, k, ...x.shape.slice(axis + 1)];
  const main = x.narrow(axis, 0, whole * k).reshape(shape).mean(axis + 1), rest = size - whole * k;
  return rest === 0 ? main : cat([main, x.narrow(axis, whole * k, rest).mean(axis, { keepdim: true })], axis);
}

/** How a tensor is laid out as tiles; undefined for one of fewer than two axes. */
function tilesOf(t: Tensor): Tiles | undefined {
  const { shape, ndim } = t, x = t.detach().float(), [h, w] = shape.slice(-2) as [number, number];
  if (ndim < 2) return undefined;
  const channels = shape[ndim - 3];
  if ((ndim === 4 && (channels === 1 || channels === 3)) || (ndim === 3 && channels === 3)) {
    const images = x.reshape([-1, channels!, h, w]), n = images.shape[0]!;
    const left = n > MOST_TILES ? `the first ${MOST_TILES} of ${n}` : "";
    return { cells: first(images, 0, MOST_TILES), columns: Math.min(n, COLUMNS), image: true, size: TILE_SIZE, left };
  }
  if (ndim === 2 || t.numel === h * w) {
    return { cells: x.reshape([1, 1, h, w]), columns: 1, image: false, size: SIZE, left: "" };
  }
  if (ndim === 3) {
    const n = shape[0]!, left = n > MOST_TILES ? `the first ${MOST_TILES} of ${n}` : "";
    const cells = first(x.reshape([n, 1, h, w]), 0, MOST_TILES);
    return { cells, columns: Math.min(n, COLUMNS), image: false, size: TILE_SIZE, left };
  }
  const columns = shape[ndim - 3]!, facets = x.reshape([-1, columns, h, w]), rows = facets.shape[0]!;
  const shown = first(first(facets, 0, MOST_ROWS), 1, MOST_COLUMNS);
  const [r, c] = shown.shape as [number, number];
  const left = r < rows || c < columns ? `the first ${r} × ${c} of ${rows} × ${columns}` : "";
  return { cells: shown.reshape([-1, 1, h, w]), columns: c, image: false, size: TILE_SIZE, left };
}

/**
 * Values as codes from 0, the least of all, to 254; 255 for what is not finite. They are computed on the device, three colours into one number, so that
 * of each cell or pixel four bytes are read: at most 128 kB.
 */
function coded(t: Tensor, { cells, columns }: Tiles): { codes: Tensor; shape: readonly number[] } {
  const most = columns === 1 && cells.shape[0] === 1 ? CELLS : TILE_CELLS;
  const small = blocks(blocks(cells, 2, most), 3, most);
  const x = t.detach().float(), finite = x.isfinite();
  const low = x.where(finite, Infinity).min().mul(0.5), span = x.where(finite, -Infinity).max().mul(0.5).sub(low);
  // Where all values are one, it is the least.
  const share = small.mul(0.5).sub(low).div(span).mul(STEPS).round().where(span.ne(0), 0);
  const known = small.isfinite().logicalAnd(share.isfinite());
  const codes = share.clamp(0, STEPS).where(known, NOT_FINITE);
  const colors = (i: number) => codes.narrow(1, i, 1).mul(256 ** i);
  return { codes: codes.shape[1] === 3 ? colors(0).add(colors(1)).add(colors(2)) : codes, shape: small.shape };
}

/** The colours of quantities from `min` to `max`, by code: about 0 where there are both signs. */
function palette({ min, max }: TensorDescription): string[] {
  const most = Math.max(-min, max);
  return Array.from({ length: STEPS + 1 }, (_, code) => {
    if (!(min < 0 && max > 0)) return VIRIDIS_SHADES[code]!;
    const value = min + (code / STEPS) * (max - min);
    return DIVERGING[Math.round((value / most + 1) / 2 * STEPS)]!;
  });
}

/** An SVG of tiles in rows. */
function drawn(tiles: Tiles, codes: HostArray, shape: readonly number[], about: TensorDescription): string {
  const [n, channels, rows, columns] = shape as [number, number, number, number], area = rows * columns;
  const [, , h, w] = tiles.cells.shape as [number, number, number, number];
  const scale = tiles.size / Math.max(h, w), width = Math.max(4, w * scale), height = Math.max(4, h * scale);
  const colors = tiles.image ? [...GREYS, "#cc33cc"] : [...palette(about), "#cc33cc"];
  const images = Array.from({ length: n }, (_, i) => {
    const own = codes.subarray(i * area, (i + 1) * area);
    const rgb = () => Uint8Array.from({ length: 3 * area }, (_, p) => own[Math.floor(p / 3)]! / 256 ** (p % 3) % 256);
    const url = channels === 3
      ? pngUrl({ width: columns, height: rows, channels: 3, data: rgb() })
      : pngUrl({ width: columns, height: rows, data: Uint8Array.from(own), palette: colors });
    const x = (i % tiles.columns) * (width + GAP), y = Math.floor(i / tiles.columns) * (height + GAP);
    return `<image x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" ` +
      `preserveAspectRatio="none" style="image-rendering:pixelated" href="${url}"/>`;
  });
  const across = Math.min(n, tiles.columns) * (width + GAP) - GAP;
  const down = Math.ceil(n / tiles.columns) * (height + GAP) - GAP;
  const size = `width="${round(across)}" height="${round(down)}" viewBox="0 0 ${round(across)} ${round(down)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${images.join("")}</svg>`;
}

const round = (value: number) => Number(value.toFixed(2));

/** What a notebook shows of a tensor: a line of figures, and a picture of what has two axes or more. Both come by one read. */
export async function showTensor(t: Tensor): Promise<MimeBundle & Record<string, string>> {
  const tiles = t.numel > 0 ? noGrad(() => tilesOf(t)) : undefined;
  const code = tiles && noGrad(() => coded(t, tiles));
  const [about, codes] = await Promise.all([describe(t), code?.codes.toTypedArray()]);
  const line = String(about);
  if (!tiles || !code || !codes) return { "text/plain": line };
  const picture = standalone(drawn(tiles, codes, code.shape, about), ":root");
  const alt = `${tiles.image ? "Images" : "A heat map"} of a tensor of shape ${t.shape.join(" × ")}`;
  const caption = [line, ...tiles.left ? [tiles.left] : []];
  const texts = caption.map((text) => html`<div style="${STYLE}">${text}</div>`);
  return { "text/html": String(html`<div>${texts}${svgImage(picture, alt)}</div>`), "text/plain": caption.join("\n") };
}

display.tensor = (t) => {
  if (t instanceof Tensor) return showTensor(t);
  throw new TypeError("Cannot show what is no tensor");
};
