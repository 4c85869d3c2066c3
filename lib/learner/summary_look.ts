/** Runs a model once, and notes which modules run, on what, and where it fails. */
import { checkTensor } from "../tensor/expect.ts";
import { wrongKind } from "../device/expect.ts";
import { Conv1d } from "../nn/conv1d.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { ConvTranspose1d } from "../nn/conv_transpose1d.ts";
import { ConvTranspose2d } from "../nn/conv_transpose2d.ts";
import { Linear } from "../nn/linear.ts";
import { Module } from "../nn/module.ts";
import { moduleNames } from "../nn/names.ts";
import { type GraphNode, INPUT } from "../plot/model_graph.ts";
import type { Node } from "../tensor/graph.ts";
import { Tensor } from "../tensor/tensor.ts";
import { inEvaluation } from "./look.ts";

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
  /** Bytes of its output for one sample. */
  readonly bytes: number;
  /** Names of the modules that its input comes from. */
  readonly from: readonly string[];
}

/** What a model consists of. */
export interface Look {
  readonly rows: readonly SummaryRow[];
  /** The shape of what went in; of several inputs that of the first. */
  readonly input: readonly (number | string)[];
  /** How many numbers all of it trains, shared ones counted once. */
  readonly parameters: number;
  /** The rows, and where modules that have modules inside join what several of those give. */
  readonly nodes: readonly GraphNode[];
  /** The module that threw, if one did. */
  readonly failure: GraphNode | undefined;
}

/**
 * Runs a model once on its inputs, in evaluation mode, without gradients, and notes what runs.
 *
 * @param options.asFar whether a module that throws ends it, and is told of, rather than the call
 */
export function lookInside(
  model: Module,
  inputs: readonly Tensor[],
  { asFar }: { asFar: boolean },
): Look {
  if (!(model instanceof Module)) throw wrongKind("summarize", "the model", "a module", model);
  const [x] = inputs as readonly [Tensor, ...Tensor[]];
  checkTensor("summarize", "the sample", x);
  if (!(x instanceof Tensor)) {
    throw new TypeError(
      `Cannot summarise the model: the sample must be a tensor, such as zeros([1, 784]), found ${typeof x}`,
    );
  }
  const batch = x.shape[0];
  const shapeOf = (t: Tensor) => t.shape.map((size, axis) => axis === 0 && size === batch ? "n" : size);
  const rows: SummaryRow[] = [], nodes: GraphNode[] = [];
  const makers = new Map<Node, string>(inputs.map((input) => [input.node(), INPUT]));
  const names = moduleNames(model);
  /** The module's name, with the number of the time where it runs again. */
  const nameNow = (module: Module) => {
    const taken = new Set(nodes.map(({ name }) => name)), own = names.get(module) || module.typeName;
    let name = own;
    for (let time = 2; taken.has(name); time++) name = `${own} (${time})`;
    return { name, again: name !== own };
  };
  /** How many samples an output is of: it may have several rows for each, or none of them, as positions that are embedded. */
  const samplesIn = ({ shape: [rows = 1] }: Tensor) => batch && rows % batch === 0 ? batch : 1;
  const bytesOf = (output: Tensor) => output.numel * 4 / samplesIn(output);
  const handles = [...model.namedModules()].map(([path, module]) => {
    const children = [...module.children()];
    return module.registerForwardHook(function summary(_module, inputs, output, outputs) {
      if (children.length > 0) return join(module, output);
      const { name, again } = nameNow(module), from = new Set(inputs.flatMap((x) => sources(x.node(), makers)));
      const macs = macsOf(module, inputs, output) / samplesIn(output), shape = shapeOf(output);
      const parameters = again ? 0 : sizeOfAll(module.parameters()), kind = module.typeName;
      const row = { name, path, kind, shape, parameters, macs, bytes: bytesOf(output), from: [...from] };
      rows.push(row);
      nodes.push(row);
      for (const one of outputs) makers.set(one.node(), name);
    });
  });
  /** What a module with modules inside makes of several outputs, such as a sum with its input, is a box too. */
  const join = (module: Module, output: Tensor) => {
    const from = makers.has(output.node()) ? [] : sources(output.node(), makers);
    if (from.length < 2) return;
    const { name, again } = nameNow(module),
      inside = new Set([...module.children()].flatMap((m) => [...m.parameters()]));
    const parameters = again ? 0 : sizeOfAll([...module.parameters()].filter((p) => !inside.has(p)));
    nodes.push({ name, kind: module.typeName, shape: shapeOf(output), parameters, bytes: bytesOf(output), from });
    makers.set(output.node(), name);
  };
  let failed: Failed | undefined;
  const restore = asFar
    ? watchCalls(model, (module, inputs, error) => {
      const given = inputs.flatMap((input) => input instanceof Tensor ? sources(input.node(), makers) : []);
      failed ??= { module, given, error };
    })
    : () => {};
  try {
    inEvaluation(model, () => model.call(...inputs));
  } catch (error) {
    if (!failed) throw error;
  } finally {
    restore();
    for (const handle of handles) handle.remove();
  }
  const failure = failed && failureNode(failed, nodes, nameNow(failed.module).name);
  return { rows, input: shapeOf(x), parameters: sizeOfAll(model.parameters()), nodes, failure };
}

const sizeOfAll = (parameters: Iterable<Tensor>): number => [...parameters].reduce((sum, p) => sum + p.numel, 0);

/** The innermost module that threw, and what it was given. */
interface Failed {
  readonly module: Module;
  /** The modules that its inputs come from. */
  readonly given: readonly string[];
  readonly error: unknown;
}

/** Tells of each module whose call throws, the innermost first, until it is undone. */
function watchCalls(
  model: Module,
  threw: (module: Module, inputs: readonly unknown[], error: unknown) => void,
): () => void {
  const modules = [...model.namedModules()].map(([, module]) => module);
  const undo = modules.map((module) => {
    const own = Object.getOwnPropertyDescriptor(module, "call"), { call } = module;
    const value = (...inputs: Tensor[]) => {
      try {
        return call.apply(module, inputs);
      } catch (error) {
        threw(module, inputs, error);
        throw error;
      }
    };
    Object.defineProperty(module, "call", { value, configurable: true, writable: true });
    return () => own ? Object.defineProperty(module, "call", own) : Reflect.deleteProperty(module, "call");
  });
  return () => undo.forEach((back) => back());
}

/** The box of a module that threw. One with modules inside failed at what it does with their outputs: it takes those that nothing else has taken. */
function failureNode(
  { module, given, error }: Failed,
  nodes: readonly GraphNode[],
  name: string,
): GraphNode {
  const taken = new Set(nodes.flatMap(({ from }) => from ?? [])), ends = nodes.filter(({ name }) => !taken.has(name));
  const leaf = module.children().next().done, from = leaf || ends.length === 0 ? given : ends.map(({ name }) => name);
  return {
    name,
    kind: module.typeName,
    shape: [],
    parameters: leaf ? sizeOfAll(module.parameters()) : 0,
    from: [...new Set(from)],
    error: error instanceof Error ? error.message : String(error),
  };
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
