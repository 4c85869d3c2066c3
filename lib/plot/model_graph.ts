/**
 * A model as boxes and arrows.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkList, checkText, found } from "../device/expect.ts";
import { foldRepeats } from "./fold_repeats.ts";
import { layoutDot } from "./graphviz.ts";
import { Picture } from "./picture.ts";
import { textWidth, wrapped } from "./text_width.ts";
import { hue, shade } from "./theme.ts";

/** One layer of a model, as data. */
export interface GraphNode {
  /** What it is called; each layer has a name of its own, with its class in it or without. */
  readonly name: string;
  /** Its class, such as `Conv2d`. */
  readonly kind: string;
  /** Sizes of its output; `n` stands for the batch. */
  readonly shape: readonly (number | string)[];
  /** How many numbers it trains. */
  readonly parameters: number;
  /** Bytes of its output for one sample, shown beside its sizes. Default: not shown. */
  readonly bytes?: number;
  /** Why it could not run: shown in its box, which is then the last. Default: it ran. */
  readonly error?: string;
  /** Names of the layers that its input comes from, {@linkcode INPUT} for the model's own. Default: the layer before, in the list. */
  readonly from?: readonly string[];
}

/** How the model's input is called in {@linkcode GraphNode.from}. */
export const INPUT = "input";

/** How a graph is drawn. */
export interface GraphOptions {
  /** Stands above the picture. Default: none. */
  readonly title?: string;
  /** Sizes of the model's input, shown where it begins. */
  readonly input?: readonly (number | string)[];
  /** From top to bottom or from left to right. Default: `down`. */
  readonly direction?: "down" | "right";
  /** Draw blocks that follow each other and are alike once, with how many there are, where that saves three boxes or more. Default: true. */
  readonly fold?: boolean;
}

/** Boxes are as wide as Helvetica, which Graphviz knows: fonts of other widths would leave them. */
const FONT = "Helvetica, Arial, 'Liberation Sans', Roboto, sans-serif";

// Graphviz takes no CSS variables: these stand in for them until it is done.
const STAND_INS = {
  "#010203": shade("ink"),
  "#010204": shade("muted"),
  "#010205": shade("rule"),
  "#010206": hue(0),
  "#010207": hue(2),
  "#010208": hue(1),
} as const;
const [INK, MUTED, RULE, WITH_WEIGHTS, WITHOUT, BROKEN] = Object.keys(STAND_INS) as (keyof typeof STAND_INS)[];

// deno-lint-ignore no-control-regex -- they are what is looked for
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f]/g;

/** A text with its control characters as `\x00`: Graphviz would end at one, or refuse it. */
const visible = (text: string) => text.replace(CONTROLS, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
const escaped = (text: string) =>
  visible(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!);
const quoted = (text: string) => `"${visible(text).replace(/["\\]/g, "\\$&")}"`;
const sizes = (shape: readonly (number | string)[]) => shape.join(" × ");

/** A text in a cell that is as wide as the text in any common font: Graphviz reckons with Helvetica alone, and readers have others. */
function cell(text: string, size: number, { bold = false, color = INK, span = 1 } = {}): string {
  const width = Math.ceil(textWidth(text, size, bold)) + 4;
  const inner = `<FONT POINT-SIZE="${size}" COLOR="${color}">${escaped(text)}</FONT>`;
  return `<TD ALIGN="LEFT" WIDTH="${width}" COLSPAN="${span}">${bold ? `<B>${inner}</B>` : inner}</TD>`;
}

/** Kind and name; a name that has the kind in it stands alone. */
function heading({ name, kind }: GraphNode): string {
  if (name.split(" ").includes(kind)) return cell(name, 12, { bold: true, span: 2 });
  return cell(kind, 12, { bold: true }) + cell(name, 10, { color: MUTED });
}

/** Whether it has what is drawn of every node. */
const isNode = (value: unknown): boolean => {
  const { name, shape, parameters } = Object(value) as Partial<GraphNode>;
  return typeof name === "string" && Array.isArray(shape) && typeof parameters === "number";
};

/** `6.27 kB`: thousands, with three digits. */
function bytesText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${["B", "kB", "MB", "GB"][power]}`;
}

/** Bytes of a parameter: a 32-bit float. */
const PARAMETER = 4;

/** Pixels that a line of an error may take. */
const ERROR_WIDTH = 260;

function box(node: GraphNode): string {
  const { name, shape, parameters, bytes, error } = node;
  const row = (content: string) => `<TR>${content}</TR>`;
  const count = `${parameters.toLocaleString("en")} parameter${parameters === 1 ? "" : "s"}` +
    (bytes === undefined ? "" : `, ${bytesText(parameters * PARAMETER)}`);
  const output = bytes === undefined ? sizes(shape) : `${sizes(shape)}, ${bytesText(bytes)} a sample`;
  const lines = error === undefined ? [] : wrapped(error, ERROR_WIDTH, 11, false);
  return `${quoted(name)} [label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2">` +
    row(heading(node)) +
    (error === undefined ? row(cell(output, 11, { span: 2 })) : "") +
    (parameters > 0 ? row(cell(count, 10, { color: MUTED, span: 2 })) : "") +
    lines.map((line) => row(cell(line, 11, { span: 2, color: BROKEN }))).join("") +
    `</TABLE>>, color="${error !== undefined ? BROKEN : parameters > 0 ? WITH_WEIGHTS : WITHOUT}"]`;
}

/** Layers that the alternative text names. */
const MOST_NAMED = 24;

const OPTIONS = optionNames<GraphOptions>({ title: 1, input: 1, direction: 1, fold: 1 });

/**
 * A model's graph. {@linkcode ModelGraph.dot} is its description, in the DOT language.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const graph = new plot.ModelGraph([{ name: "0", kind: "Linear", shape: ["n", 10], parameters: 7850 }]);
 * console.log(String(graph), graph.dot.startsWith("digraph")); // ModelGraph(1 layers) true
 * ```
 */
export class ModelGraph extends Picture {
  /** The graph in Graphviz's language; colours in it are stand-ins for the theme's. */
  readonly dot: string;

  /**
   * Nothing is laid out yet.
   *
   * @throws {RangeError} when two layers have one name, or one comes from a layer that is not there
   */
  constructor(readonly nodes: readonly GraphNode[], readonly options: GraphOptions = {}) {
    super();
    checkOptions("modelGraph", options, OPTIONS);
    checkList("ModelGraph", "nodes", nodes, "an array of nodes, { name, shape, parameters, … }", isNode);
    const names = new Set(nodes.map(({ name }) => name));
    if (names.size < nodes.length) throw new RangeError("Cannot draw a model two of whose layers have one name");
    const { title, input, direction = "down", fold = true } = options;
    if (title !== undefined) checkText("modelGraph", "title", title);
    if (direction !== "down" && direction !== "right") {
      throw new RangeError(`Cannot draw a model: direction is "down" or "right", found ${found(direction)}`);
    }
    const lines = [
      `rankdir=${direction === "down" ? "TB" : "LR"}; bgcolor="transparent"; nodesep=0.3; ranksep=0.3; pad=0.15`,
      ...(title
        ? [
          `label=<<B>${
            escaped(title)
          }</B>>; labelloc=t; labeljust=l; fontname="Helvetica"; fontsize=14; fontcolor="${INK}"`,
        ]
        : []),
      `node [shape=box, style=rounded, penwidth=1.4, fontname="Helvetica", fontsize=12, fontcolor="${INK}", margin="0.12,0.06"]`,
      `edge [color="${MUTED}", arrowsize=0.6, penwidth=1]`,
      `${quoted(INPUT)} [label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2"><TR>${
        cell(input ? `input  ${sizes(input)}` : "input", 11, { color: MUTED })
      }</TR></TABLE>>, color="${RULE}"]`,
    ];
    const sourcesOf = ({ from }: GraphNode, i: number) => from ?? [i === 0 ? INPUT : nodes[i - 1]!.name];
    for (const [i, node] of nodes.entries()) {
      for (const source of sourcesOf(node, i)) {
        if (source !== INPUT && !names.has(source)) {
          throw new RangeError(`Cannot draw ${node.name}: its input ${source} is not there`);
        }
      }
    }
    const parts = foldRepeats(nodes.map((node, i) => ({ ...node, from: sourcesOf(node, i) })), fold);
    for (const [i, { shown, times, last }] of parts.entries()) {
      const boxes = shown.map(box);
      if (times === 1) lines.push(...boxes);
      else {
        const label = `<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="2"><TR>${
          cell(`× ${times}`, 13, { bold: true }) + cell(`to ${last}`, 10, { color: MUTED })
        }</TR></TABLE>>`;
        lines.push(
          `subgraph "cluster_${i}" { style="rounded,dashed"; color="${MUTED}"; label=${label}; labeljust=l; margin=10; ${
            boxes.join("; ")
          } }`,
        );
      }
    }
    for (const { name, from } of parts.flatMap(({ shown }) => shown)) {
      for (const source of from) lines.push(`${quoted(source)} -> ${quoted(name)}`);
    }
    this.dot = `digraph {\n  ${lines.join("\n  ")}\n}\n`;
  }

  /** Why the last layer could not run; undefined where all did. */
  get error(): string | undefined {
    return this.nodes.find(({ error }) => error !== undefined)?.error;
  }

  /** The layers in order, with their shapes. */
  override get alt(): string {
    const shown = this.nodes.slice(0, MOST_NAMED).map(({ name, kind, shape }) =>
      `${name.split(" ").includes(kind) ? name : `${kind} ${name}`} (${sizes(shape)})`
    );
    if (this.nodes.length > MOST_NAMED) shown.push(`and ${this.nodes.length - MOST_NAMED} more`);
    const broken = this.error === undefined ? "" : `; there it fails: ${this.error}`;
    return `${this.options.title ?? "A model"}, ${this.nodes.length} layers: ${shown.join(", ")}${broken}`;
  }

  /** `ModelGraph(7 layers)`. */
  override toString(): string {
    return `ModelGraph(${this.nodes.length} layers)`;
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /** Draws by Graphviz, which is loaded when first needed. */
  protected override async draw(): Promise<string> {
    let svg = (await layoutDot(this.dot)).replace(/^[^]*?(?=<svg)/, "").trimEnd();
    for (const [standIn, color] of Object.entries(STAND_INS)) svg = svg.replaceAll(standIn, color);
    return svg
      .replace(/width="([\d.]+)pt" height="([\d.]+)pt"/, 'width="$1" height="$2"') // as large as the text of charts
      .replaceAll(/<!--[^]*?-->\n?/g, "")
      .replaceAll(/<title>[^]*?<\/title>\n?/g, "") // the tooltips of Graphviz: names that are there already
      .replaceAll(/<text xml:space="preserve"/g, "<text")
      .replaceAll(/font-family="[^"]*"/g, `font-family="${FONT}"`);
  }
}

/**
 * Draws a model's layers as boxes with their output's shape and their parameters, and arrows from layer to layer.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const graph = plot.modelGraph([
 *   { name: "0", kind: "Linear", shape: ["n", 50], parameters: 39_250 },
 *   { name: "1", kind: "ReLU", shape: ["n", 50], parameters: 0 },
 * ], { input: ["n", 784] });
 * console.log((await graph.svg()).startsWith("<svg")); // true
 * ```
 */
export function modelGraph(nodes: readonly GraphNode[], options: GraphOptions = {}): ModelGraph {
  return new ModelGraph(nodes, options);
}
