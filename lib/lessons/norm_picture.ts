/**
 * What norms average over, as a picture.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkObject, wrongKind } from "../device/expect.ts";
import { Module } from "../nn/module.ts";
import { html } from "../plot/html.ts";
import { Picture } from "../plot/picture.ts";
import { textWidth, wrapped } from "../plot/text_width.ts";
import { FONT, hue, shade } from "../plot/theme.ts";
import { tensor } from "../tensor/create.ts";
import { noGrad } from "../tensor/graph.ts";

/** How {@linkcode plotNorms} tries and draws norms. */
export interface PlotNormsOptions {
  /** Images, channels, rows and columns of the batch that is tried. Default: [4, 6, 2, 2]. */
  readonly shape?: readonly [number, number, number, number];
  /** Norms in a row. Default: 4, or as many as there are. */
  readonly columns?: number;
}

/** What one norm was seen to do. */
export interface NormCells {
  /** What it is called. */
  readonly name: string;
  /** Whether each value of [images, channels, rows · columns] shares its mean with the first image's second channel's first pixel. */
  readonly shared: readonly (readonly (readonly boolean[])[])[];
}

const OPTIONS = optionNames<PlotNormsOptions>({ shape: 1, columns: 1 });

/** A change of one value by this much moves the outputs of all that share a mean with it by more than... */
const CHANGE = 3;
/** ...this. */
const MOVED = 1e-6;

/** Where the marked value is: image and pixel are the first, so that all its neighbours can be seen in the drawing. */
const markOf = (channels: number) => ({ image: 0, channel: Math.min(1, channels - 1), pixel: 0 });

/** The outputs of a norm for a batch; its running averages are afterwards what they were. */
async function outputs(norm: Module, values: Float32Array, shape: readonly number[]): Promise<ArrayLike<number>> {
  const buffers = [...norm.buffers()].map((t) => [t, t.clone().keep()] as const);
  const y = await noGrad(() => norm.call(tensor(values, { shape: [...shape], device: norm.device }))).toTypedArray();
  noGrad(() => buffers.forEach(([t, old]) => t.copy_(old)));
  return y;
}

/** Which outputs move when one input does: what shares a mean and a deviation with it. */
async function cellsOf(
  name: string,
  norm: Module,
  shape: readonly [number, number, number, number],
): Promise<NormCells> {
  const [n, c, h, w] = shape, area = h * w, { channel } = markOf(c);
  const before = Float32Array.from({ length: n * c * area }, (_, i) => Math.sin(12.9898 * (i + 1)) * 2);
  const after = before.slice();
  after[channel * area]! += CHANGE;
  const [a, b] = [await outputs(norm, before, shape), await outputs(norm, after, shape)];
  const moved = (i: number) => Math.abs(a[i]! - b[i]!) > MOVED;
  const range = (length: number) => Array.from({ length }, (_, i) => i);
  return {
    name,
    shared: range(n).map((image) => range(c).map((ch) => range(area).map((p) => moved((image * c + ch) * area + p)))),
  };
}

/** `all 4 images`, `1 of 6 channels`. */
function part(found: number, all: number, thing: string): string {
  const things = `${thing}${all === 1 ? "" : "s"}`;
  return found === all ? all === 1 ? `1 ${thing}` : `all ${all} ${things}` : `${found} of ${all} ${things}`;
}

/** How many images, channels and pixels share a mean. */
function partsOf({ shared }: NormCells): string[] {
  const [channels, area] = [shared[0]!.length, shared[0]![0]!.length];
  const images = shared.filter((image) => image.flat().some(Boolean)).length;
  const used = shared[0]!.map((_, c) => shared.some((image) => image[c]!.some(Boolean))).filter(Boolean).length;
  const pixels = shared[0]![0]!.map((_, p) => shared.some((image) => image.some((channel) => channel[p])))
    .filter(Boolean).length;
  return [part(images, shared.length, "image"), part(used, channels, "channel"), part(pixels, area, "pixel")];
}

/** Sizes in pixels: a cell's sides, and how far an image lies behind the one before it. */
const CELL = { width: 18, height: 15, right: 11, up: 9 };
const LEFT = 26, TOP = 24, BELOW = 26, GAP = 22, TITLE = 13, TEXT = 11, LINE = 14;

/** What the colours mean. */
const KEY = "Orange: one value. Blue: the values that share its mean and its standard deviation.";

type Corner = readonly [number, number];

/**
 * Norms as blocks of cells: see {@linkcode plotNorms}.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * const picture = new lessons.NormsPicture([{ name: "none", shared: [[[false, false], [true, false]]] }]);
 * console.log(picture.alt); // What norms average over. none: 1 image, 1 of 2 channels, 1 of 2 pixels share a mean
 * ```
 */
export class NormsPicture extends Picture {
  /** For {@linkcode plotNorms}, which fills it. */
  constructor(readonly norms: readonly NormCells[], readonly columns: number = Math.min(4, norms.length)) {
    super();
  }

  /** What each norm averages over, in words. */
  override get alt(): string {
    const parts = this.norms.map((norm) => `${norm.name}: ${partsOf(norm).join(", ")} share a mean`);
    return `What norms average over. ${parts.join("; ")}`;
  }

  /** `NormsPicture(batch, layer)`. */
  override toString(): string {
    return `NormsPicture(${this.norms.map(({ name }) => name).join(", ")})`;
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /** Draws the blocks by hand. */
  protected override draw(): Promise<string> {
    const blocks = this.norms.map(blockOf);
    const width = Math.max(1, ...blocks.map((block) => block.width)),
      height = Math.max(1, ...blocks.map((b) => b.height));
    const columns = Math.max(1, Math.min(this.columns, blocks.length)), rows = Math.ceil(blocks.length / columns);
    const across = columns * (width + GAP) - GAP + 16, down = rows * (height + GAP) + 4;
    const key = wrapped(KEY, across - 16, TEXT);
    const tall = down + LINE * key.length + 8;
    const parts = blocks.map(({ svg }, i) =>
      `<g transform="translate(${8 + (i % columns) * (width + GAP)},${
        8 + Math.floor(i / columns) * (height + GAP)
      })">${svg}</g>`
    );
    const below = key.map((line, i) =>
      `<text x="8" y="${down + LINE * (i + 0.7)}" font-size="${TEXT}" fill="${shade("muted")}">${line}</text>`
    );
    return Promise.resolve(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${across}" height="${tall}" viewBox="0 0 ${across} ${tall}" font-family="${FONT}">${
        [...parts, ...below].join("")
      }</svg>`,
    );
  }
}

/** One norm: its name, the block with its axes, and the words below. */
function blockOf(norm: NormCells): { svg: string; width: number; height: number } {
  const { name, shared } = norm;
  const [n, c, area] = [shared.length, shared[0]!.length, shared[0]![0]!.length], mark = markOf(c);
  const depth = { x: n * CELL.right, y: n * CELL.up };
  const [w, h] = [c * CELL.width, area * CELL.height];
  const width = LEFT + w + depth.x + 8;
  const at = (channel: number, pixel: number, image: number): Corner => [
    LEFT + channel * CELL.width + image * CELL.right,
    TOP + depth.y + pixel * CELL.height - image * CELL.up,
  ];
  // The marked cell is where all its neighbours can be seen; faces that are turned away from the light are paler.
  const cell = (corners: readonly Corner[], own: boolean, marked: boolean, light: number) =>
    `<path d="M${corners.map((corner) => corner.join(",")).join("L")}Z" fill="${
      marked ? hue(1) : own ? hue(0) : shade("muted")
    }" fill-opacity="${marked || own ? light : 0.1}" stroke="${shade("muted")}" stroke-width="0.6"/>`;
  const faces: string[] = [];
  for (let image = n - 1; image >= 0; image--) {
    for (let channel = 0; channel < c; channel++) {
      const corners = [
        at(channel, 0, image),
        at(channel + 1, 0, image),
        at(channel + 1, 0, image + 1),
        at(channel, 0, image + 1),
      ];
      const marked = image === mark.image && channel === mark.channel;
      faces.push(cell(corners, shared[image]![channel]![0]!, marked, 0.75));
    }
    for (let p = 0; p < area; p++) {
      const corners = [at(c, p, image), at(c, p + 1, image), at(c, p + 1, image + 1), at(c, p, image + 1)];
      faces.push(
        cell(corners, shared[image]![c - 1]![p]!, image === mark.image && mark.channel === c - 1 && p === 0, 0.6),
      );
    }
  }
  for (let channel = 0; channel < c; channel++) {
    for (let p = 0; p < area; p++) {
      const corners = [at(channel, p, 0), at(channel + 1, p, 0), at(channel + 1, p + 1, 0), at(channel, p + 1, 0)];
      faces.push(cell(corners, shared[0]![channel]![p]!, channel === mark.channel && p === mark.pixel, 0.95));
    }
  }
  const text = (
    words: string,
    [x, y]: Corner,
    { size = TEXT, color = shade("muted"), weight = 400, anchor = "middle", turn = 0 },
  ) =>
    `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${color}"${
      turn ? ` transform="rotate(${turn} ${x} ${y})"` : ""
    }>${html`${words}`}</text>`;
  const [right, bottom] = [LEFT + w, TOP + depth.y + h];
  // Along the edge that goes back, below it.
  const slope = -Math.atan2(CELL.up, CELL.right) * 180 / Math.PI;
  const labels = [
    text(name, [0, TITLE], { size: TITLE, color: shade("ink"), weight: 600, anchor: "start" }),
    text("channels", [LEFT + w / 2, bottom + LINE], {}),
    text("pixels", [LEFT - 8, bottom - h / 2], { turn: -90 }),
    text("images", [right + depth.x / 2 + 9, bottom - depth.y / 2 + 8], { turn: Math.round(slope) }),
  ];
  const words = partsOf(norm);
  const below = words.map((line, i) =>
    text(line, [0, bottom + BELOW + LINE * (i + 1)], { color: shade("ink"), anchor: "start" })
  );
  return {
    svg: [...faces, ...labels, ...below].join(""),
    width: Math.ceil(Math.max(width, textWidth(name, TITLE, true), ...words.map((line) => textWidth(line, TEXT)))),
    height: bottom + BELOW + LINE * words.length + 4,
  };
}

/**
 * Draws what norms average over: a block for each, of images × channels × pixels. One value is marked; shaded are those that share their mean
 * with it. That is measured: the marked value is changed, and the outputs that move are those.
 *
 * (The form is that of Wu and He 2018, figure 2, https://arxiv.org/abs/1803.08494.) Running averages are afterwards what they were.
 *
 * @param norms layers by name, each of which takes [n, c, h, w]
 * @param options see {@linkcode PlotNormsOptions}
 * @throws {RangeError} for a shape of other than four whole numbers, or a norm that takes none such
 *
 * @example
 * ```ts
 * import { lessons, nn } from "./mod.ts";
 * const picture = await lessons.plotNorms({ batch: new nn.BatchNorm2d(6), group: new nn.GroupNorm(2, 6) });
 * console.log(picture.alt.split(". ")[1]);
 * // batch: all 4 images, 1 of 6 channels, all 4 pixels share a mean; group: 1 of 4 images, 3 of 6 channels, all 4 pixels share a mean
 * ```
 */
export async function plotNorms(
  norms: Readonly<Record<string, Module>>,
  options: PlotNormsOptions = {},
): Promise<NormsPicture> {
  checkObject("plotNorms", "norms", norms, "an object of layers by name");
  checkOptions("plotNorms", options, OPTIONS);
  const { shape = [4, 6, 2, 2], columns } = options;
  if (!(Array.isArray(shape) && shape.length === 4 && shape.every((size) => Number.isInteger(size) && size > 0))) {
    throw new RangeError(
      `Cannot plot norms of a batch of [${shape}]: give images, channels, rows and columns, above 0`,
    );
  }
  const found: NormCells[] = [];
  for (const [name, norm] of Object.entries(norms)) {
    if (!(norm instanceof Module)) throw wrongKind("plotNorms", `norms.${name}`, "a module", norm);
    found.push(await cellsOf(name, norm, shape));
  }
  return new NormsPicture(found, columns);
}
