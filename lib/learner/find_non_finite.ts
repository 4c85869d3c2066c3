/** Runs a batch again, to find the operation that makes the first values that are not finite. */
import { moduleNames } from "../nn/names.ts";
import { shortNumber } from "../plot/format.ts";
import { Tensor } from "../tensor/tensor.ts";
import {
  ancestorsOf,
  inputsOf,
  nearestModule,
  type Node,
  nodeAt,
  type NodePath,
  pathToOrigin,
  viewed,
} from "../tensor/graph.ts";
import type { Generator } from "../tensor/random.ts";
import type { LearnerCore } from "./core.ts";
import { saveState } from "./saved_state.ts";

/** What the elements of a tensor are like. Mean and (unbiased) standard deviation are of the finite ones. */
export interface ElementFigures {
  /** NaN if no element is finite. */
  readonly mean: number;
  /** NaN if only one element is finite. */
  readonly std: number;
  /** Fraction of elements that are NaN or infinite. */
  readonly nonFinite: number;
}

/** The operation that made the first values that are not finite. */
export interface NonFinitePlace {
  /** A description in words. */
  readonly text: string;
  /** The module's path; empty outside the model. */
  readonly module: string;
  /** The operation, such as "log". */
  readonly operation: string;
  /** In which part of the step it was. */
  readonly part: "batch" | "parameters" | "forward" | "loss" | "backward" | "step";
  /** Figures of its result. */
  readonly output: ElementFigures | undefined;
  /** Figures of its largest input. */
  readonly input: ElementFigures | undefined;
}

/** The results of a recorded step. */
type Recording = readonly [loss: Node, ...gradients: Node[]];

/**
 * Runs `learn.batch` through predict, getLoss and backward with the generators where they stood, as the fit did, and looks at each operation.
 * Model and generators are put back.
 */
export async function findNonFinite(
  learn: LearnerCore,
  states: Iterable<readonly [Generator, Generator["state"]]>,
): Promise<NonFinitePlace> {
  const standing = [...states];
  const restore = saveState(learn.model, standing.map(([generator]) => generator));
  const record = (): Recording => {
    for (const [generator, state] of standing) generator.state = state;
    learn.do("predict");
    learn.do("getLoss");
    const loss = learn.batchLoss.node();
    learn.do("backward");
    const gradients = [...learn.model.parameters()].flatMap((p) => p.borrowGrad()?.node() ?? []);
    return [loss, ...gradients];
  };
  try {
    const path = await originOf(record());
    await restore();
    if (!path) return whereStepOverflowed(learn);
    // Reading has applied effects, such as updates of running means, that would change some values: record again for the figures.
    return await describe(learn, record(), path);
  } finally {
    await restore();
  }
}

/** Where the values that are not finite began; undefined if loss and gradients are finite. */
async function originOf(results: Recording): Promise<NodePath | undefined> {
  const ancestors = ancestorsOf(results);
  const nodes = [...ancestors.keys()].filter((node) => node.dtype === "float32");
  // All reads in one tick: one flush, one copy.
  const flags = await Promise.all(nodes.map((node) => new Tensor(node).detach().isfinite().all().item()));
  return pathToOrigin(results, ancestors, new Set(nodes.filter((_, i) => !flags[i])));
}

async function describe(learn: LearnerCore, results: Recording, path: NodePath): Promise<NonFinitePlace> {
  const node = nodeAt(results, path);
  const parameter = [...learn.model.namedParameters()].find(([, p]) => viewed(p.node()) === node)?.[0];
  const part = parameter ? "parameters" : partOf(node, learn, results[0]);
  const module = parameter?.split(".").slice(0, -1).join(".") ??
    (node.module || (part === "backward" ? nearestModule(node) : ""));
  const inputs = inputsOf(node).filter((input) => input.dtype === "float32");
  const largest = inputs.reduce<Node | undefined>((a, b) => a && size(a) >= size(b) ? a : b, undefined);
  // The read that follows may release the inputs of nodes.
  const [output, input] = await Promise.all([figuresOf(node), largest && figuresOf(largest)]);
  const where = {
    batch: "the batch itself holds",
    parameters: `parameter ${parameter} holds, before the step,`,
    forward: `${node.op.name} in ${named(learn, module)} gives`,
    loss: `${node.op.name} in the loss gives`,
    backward: `${node.op.name} in the backward pass ${module ? `of ${named(learn, module)}` : "of the loss"} gives`,
  }[part];
  const text =
    `${where} ${percent(output.nonFinite)} values that are not finite (the finite ones: ${moments(output)})` +
    (input ? `, from an input of ${moments(input)}` : "");
  return { text, module, operation: node.op.name, part, output, input };
}

/** Nodes are numbered as they are recorded: the batch first, then the model, the loss, and the backward pass. */
function partOf({ id }: Node, learn: LearnerCore, loss: Node): "batch" | "forward" | "loss" | "backward" {
  if (id > loss.id) return "backward";
  if (id > learn.preds.node().id) return "loss";
  return id <= Math.max(...learn.batch.map((t) => viewed(t.node()).id)) ? "batch" : "forward";
}

/** For a step whose loss and gradients are finite, so that the update is not. */
async function whereStepOverflowed(learn: LearnerCore): Promise<NonFinitePlace> {
  const norms = await Promise.all(
    [...learn.model.namedParameters()].map(async ([name, p]) => {
      const g = p.borrowGrad();
      return { name, norm: g ? await g.detach().norm().item() : 0 };
    }),
  );
  const { name } = norms.reduce((a, b) => b.norm > a.norm ? b : a);
  const module = name.split(".").slice(0, -1).join(".");
  const text =
    `loss and gradients are finite when the batch is run again, but the step of ${learn.opt.constructor.name} at rate ${learn.opt.lr} overflows` +
    ` what it stores. Lower the rate, or bound the gradients with GradientClip`;
  return { text, module, operation: "step", part: "step", output: undefined, input: undefined };
}

const size = (node: Node) => node.shape.reduce((a, b) => a * b, 1);
const moments = ({ mean, std }: ElementFigures) => `mean ${figure(mean)}, std ${figure(std)}`;
const figure = (x: number) => Number.isNaN(x) ? "none" : shortNumber(x, 3);
const percent = (fraction: number) => `${Number((100 * fraction).toPrecision(2))}%`;

function named(learn: LearnerCore, path: string): string {
  const module = [...learn.model.namedModules()].find(([name]) => name === path)?.[1];
  return module && path ? moduleNames(learn.model).get(module)! : path || "the model";
}

async function figuresOf(node: Node): Promise<ElementFigures> {
  const values = [...await new Tensor(node).detach().toTypedArray()];
  const finite = values.filter(Number.isFinite);
  const mean = finite.reduce((a, b) => a + b, 0) / finite.length;
  const squares = finite.reduce((a, b) => a + (b - mean) ** 2, 0);
  const std = finite.length > 1 ? Math.sqrt(squares / (finite.length - 1)) : NaN;
  return { mean, std, nonFinite: 1 - finite.length / values.length };
}
