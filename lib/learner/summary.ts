/** What a model consists of: shapes, parameters and work, as a table and as a graph. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { checkTensor } from "../tensor/expect.ts";
import { wrongKind } from "../device/expect.ts";
import { checkLearner } from "./check_learner.ts";
import { Conv1d } from "../nn/conv1d.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { ConvTranspose1d } from "../nn/conv_transpose1d.ts";
import { ConvTranspose2d } from "../nn/conv_transpose2d.ts";
import { Linear } from "../nn/linear.ts";
import { Module } from "../nn/module.ts";
import { moduleNames } from "../nn/names.ts";
import { htmlTable } from "../plot/html.ts";
import { type GraphOptions, INPUT, type ModelGraph, modelGraph as drawGraph } from "../plot/model_graph.ts";
import { DISPLAY, type MimeBundle } from "../plot/notebook.ts";
import { textTable } from "../plot/text.ts";
import type { Node } from "../tensor/graph.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { LearnerCore } from "./core.ts";
import { inEvaluation, seenBatch } from "./look.ts";

/** One module of a summary: those that have no modules inside, in the order in which they ran. */
export interface SummaryRow {
  /** The module's name, such as `1 ReLU` (see `nn.moduleNames`); where it runs again, with the number of the time. */
  readonly name: string;
  /** Where it is in the model, such as `1.0`. */
  readonly path: string;
  /** Its class. */
  readonly kind: string;
  /** The shape of its output; `n` stands for the batch. */
  readonly shape: readonly (number | string)[];
  /** How many numbers it trains, or keeps frozen. */
  readonly parameters: number;
  /** Multiplications with addition for one sample, of convolutions and linear layers; biases not counted. */
  readonly macs: number;
  /** Names of the modules that its input comes from. */
  readonly from: readonly string[];
}

/** How the columns of the table stand. */
const SIDES = ["left", "left", "left", "right", "right"] as const;

const number = (value: number) => value.toLocaleString("en");

/** The input is known. */
const SUMMARY_GRAPH = optionNames<Omit<GraphOptions, "input">>({ title: 1, direction: 1 });

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
   * @param input the shape of what went in
   * @param parameters all of the model's, shared ones once
   */
  constructor(
    readonly rows: readonly SummaryRow[],
    readonly input: readonly (number | string)[],
    readonly parameters: number,
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
    return drawGraph(this.rows, { ...options, input: this.input });
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
  const [x] = await seenBatch(learn);
  return summarize(learn.model, x!);
}

/**
 * A model's graph: a box for each module with its output's shape and its parameters, and arrows as the data flow, skip connections included.
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
  return summarize(model, Array.isArray(sample) ? sample[0] : sample).graph(options);
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
  if (!(model instanceof Module)) throw wrongKind("summarize", "the model", "a module", model);
  checkTensor("summarize", "the sample", x);
  if (!(x instanceof Tensor)) {
    throw new TypeError(
      `Cannot summarise the model: the sample must be a tensor, such as zeros([1, 784]), found ${typeof x}`,
    );
  }
  const batch = x.shape[0];
  const shapeOf = (t: Tensor) => t.shape.map((size, axis) => axis === 0 && size === batch ? "n" : size);
  const rows: SummaryRow[] = [];
  const makers = new Map<Node, string>([[x.node(), INPUT]]);
  const names = moduleNames(model);
  const leaves = [...model.namedModules()].filter(([, module]) => module.children().next().done);
  const handles = leaves.map(([path, module]) =>
    module.registerForwardHook(function summary(_module, inputs, output, outputs) {
      const taken = new Set(rows.map(({ name }) => name));
      const own = names.get(module)!;
      let name = own;
      for (let time = 2; taken.has(name); time++) name = `${own} (${time})`; // it runs again
      const from = new Set(inputs.flatMap((input) => sources(input.node(), makers)));
      const macs = macsOf(module, inputs, output) / (output.shape[0] || 1);
      const again = taken.has(own);
      const parameters = again ? 0 : [...module.parameters()].reduce((sum, p) => sum + p.numel, 0);
      rows.push({ name, path, kind: module.typeName, shape: shapeOf(output), parameters, macs, from: [...from] });
      for (const one of outputs) makers.set(one.node(), name);
    })
  );
  try {
    inEvaluation(model, () => model.call(x));
  } finally {
    for (const handle of handles) handle.remove();
  }
  return new Summary(rows, shapeOf(x), [...model.parameters()].reduce((sum, p) => sum + p.numel, 0));
}

/** Names of the nearest modules whose outputs `node` is computed from. */
function sources(node: Node, makers: ReadonlyMap<Node, string>): string[] {
  const found = new Set<string>();
  const seen = new Set<Node>();
  const stack = [node];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const maker = makers.get(next);
    if (maker !== undefined) found.add(maker);
    else stack.push(...next.inputs);
  }
  return [...found];
}

function macsOf(module: Module, inputs: readonly Tensor[], output: Tensor): number {
  // Each output meets a kernel; in a transposed convolution, each input.
  if (module instanceof Conv1d || module instanceof Conv2d) {
    return output.numel * module.weight.numel / module.outChannels;
  }
  if (module instanceof ConvTranspose1d || module instanceof ConvTranspose2d) {
    return inputs[0]!.numel * module.weight.numel / module.inChannels;
  }
  return module instanceof Linear ? output.numel * module.inFeatures : 0;
}
