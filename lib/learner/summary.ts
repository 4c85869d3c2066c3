/** What a model consists of: shapes, parameters and work, as a table and as a graph. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkLearner } from "./check_learner.ts";
import type { Module } from "../nn/module.ts";
import { htmlTable } from "../plot/html.ts";
import { type GraphNode, type GraphOptions, type ModelGraph, modelGraph as drawGraph } from "../plot/model_graph.ts";
import { DISPLAY, type MimeBundle } from "../plot/notebook.ts";
import { textTable } from "../plot/text.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { LearnerCore } from "./core.ts";
import { inputsOf } from "./inputs.ts";
import { seenBatch } from "./look.ts";
import { type Look, lookInside, type SummaryRow } from "./summary_look.ts";

export type { SummaryRow };

/** How the columns of the table stand. */
const SIDES = ["left", "left", "left", "right", "right"] as const;

const number = (value: number) => value.toLocaleString("en");

/** The input is known. */
const SUMMARY_GRAPH = optionNames<Omit<GraphOptions, "input">>({ title: 1, direction: 1, fold: 1 });

/**
 * The modules of a model as a table; it shows itself in a terminal and in a notebook.
 *
 * @example
 * ```ts
 * import { learner, nn, zeros } from "./mod.ts";
 * const summary = learner.summarize(new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU()), zeros([64, 4]));
 * console.log(summary.parameters, summary.macs, summary.rows[0]!.shape); // 40 32 [ "n", 8 ]
 * ```
 */
export class Summary {
  /**
   * For {@linkcode summary}, which fills it.
   *
   * @param rows one a module
   * @param input the shape of what went in; of several inputs that of the first
   * @param parameters all of the model's, shared ones once
   * @param nodes what a graph shows: the rows, and where modules that have modules inside join what several of those give. Default: the rows
   */
  constructor(
    readonly rows: readonly SummaryRow[],
    readonly input: readonly (number | string)[],
    readonly parameters: number,
    readonly nodes: readonly GraphNode[] = rows,
  ) {}

  /** Multiplications with addition for one sample. */
  get macs(): number {
    return this.rows.reduce((sum, { macs }) => sum + macs, 0);
  }

  /** Column titles and rows of text; the last row has the totals. */
  table(): { columns: string[]; rows: string[][] } {
    const cells = this.rows.map(({ name, path, shape, parameters, macs }) => [
      name,
      path,
      shape.join(" × "),
      number(parameters),
      macs ? number(macs) : "",
    ]);
    return {
      columns: ["module", "path", "output", "parameters", "MACs"],
      rows: [["input", "", this.input.join(" × "), "", ""], ...cells, [
        "total",
        "",
        "",
        number(this.parameters),
        number(this.macs),
      ]],
    };
  }

  /** The model as boxes and arrows. */
  graph(options: Omit<GraphOptions, "input"> = {}): ModelGraph {
    checkOptions("graph", options, SUMMARY_GRAPH);
    return drawGraph(this.nodes, { ...options, input: this.input });
  }

  /** The table as text. */
  toString(): string {
    const { columns, rows } = this.table();
    return textTable(columns, rows, SIDES).join("\n");
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /** What a notebook shows. */
  [DISPLAY](): MimeBundle {
    const { columns, rows } = this.table();
    return { "text/html": String(htmlTable(columns, rows, SIDES)), "text/plain": this.toString() };
  }
}

/**
 * The modules of a Learner's model with shapes, parameters and work, from one batch as the model sees it (batch transforms included).
 *
 * The model runs once in evaluation mode without gradients: no parameter, buffer, mode, generator or record of a callback changes.
 *
 * @throws {TypeError} if the Learner has no data
 *
 * @example
 * ```ts
 * import { data, learner, nn, randint, randn } from "./mod.ts";
 * const set = new data.TensorDataset(randn([64, 4]), randint(0, 2, [64]));
 * const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
 * const learn = new learner.Learner(model, data.DataLoaders.of(set, set));
 * console.log(String(await learn.summary()));
 * ```
 */
export async function summary(learn: LearnerCore): Promise<Summary> {
  checkLearner("summary", learn);
  const inputs = inputsOf(learn, await seenBatch(learn));
  return summaryOf(lookInside(learn.model, inputs, { asFar: false }));
}

/**
 * A model's graph: a box for each module with its output's shape, its parameters, and the memory of both, and arrows as the data flow, skip connections
 * included. Blocks that follow each other and are alike are drawn once.
 *
 * Where a module cannot take what it gets, the graph ends with it, and its box says why: so does `graph.error`.
 *
 * @param model what to draw
 * @param sample a batch of inputs, or one with targets behind them; only shapes matter
 *
 * @example
 * ```ts
 * import { learner, nn, zeros } from "./mod.ts";
 * const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
 * const graph = learner.modelGraph(model, zeros([64, 4]));
 * console.log((await graph.svg()).startsWith("<svg")); // true
 * ```
 */
export function modelGraph(
  model: Module,
  sample: Tensor | readonly Tensor[],
  options: Omit<GraphOptions, "input"> = {},
): ModelGraph {
  checkOptions("modelGraph", options, SUMMARY_GRAPH);
  const x = Array.isArray(sample) ? sample[0] : sample;
  const { nodes, failure, input } = lookInside(model, [x], { asFar: true });
  return drawGraph(failure ? [...nodes, failure] : nodes, { ...options, input });
}

/**
 * {@linkcode summary} of a model without a Learner: runs it once on `x`, in evaluation mode, without gradients.
 *
 * @param model of one input
 * @param x a batch of inputs; only its shape matters
 *
 * @example
 * ```ts
 * import { learner, nn, zeros } from "./mod.ts";
 * const { rows } = learner.summarize(new nn.Conv2d(1, 8, 3), zeros([2, 1, 28, 28]));
 * console.log(rows.length, rows[0]!.macs); // 1 48672
 * ```
 */
export function summarize(model: Module, x: Tensor): Summary {
  return summaryOf(lookInside(model, [x], { asFar: false }));
}

const summaryOf = ({ rows, input, parameters, nodes }: Look) => new Summary(rows, input, parameters, nodes);
