/** Reverse-mode differentiation: records gradient nodes from a result back to its leaves. */
import { build } from "./build.ts";
import { enableGrad, enterModulePath, noGrad } from "./context.ts";
import { GRADIENTS } from "./gradients.ts";
import { freshMark, type Node } from "./node.ts";

/**
 * Adds the gradient of `root` (weighted by `seed`, of its shape) to every leaf it depends on. Records only; nothing runs.
 *
 * @param createGraph record the gradients' own history, so that they can be differentiated again
 * @param retainGraph keep the history of values on the device, so that backward can run through them again; default: `createGraph`
 */
export function backward(root: Node, seed: Node, createGraph = false, retainGraph = createGraph): void {
  const order = gradientPath(root);
  // A hook may run a backward of its own over the same nodes while this one is under way.
  const outer = running ? order.map((node) => node.gradient) : undefined;
  for (const node of order) node.gradient = undefined;
  root.gradient = seed;
  const run = createGraph ? enableGrad : noGrad;
  const path = enterModulePath("");
  running++;
  try {
    run(() => record(order));
  } finally {
    running--;
    enterModulePath(path);
    for (let i = 0; i < order.length; i++) order[i]!.gradient = outer?.[i];
  }
  if (!retainGraph) { for (const node of order) release(node); }
}

/** How many calls of {@linkcode backward} are under way. */
let running = 0;

/** Runs the rules from the root down; each node's `gradient` holds what has been summed up so far. */
function record(order: readonly Node[]): void {
  for (const node of order) {
    let g = node.gradient;
    if (!g) continue;
    node.gradient = undefined;
    enterModulePath(""); // hooks name their own module
    // By falling id, so g is the whole sum here.
    for (const hook of node.gradientHooks ?? []) g = hook(g) ?? g;
    if (node.leaf) {
      node.leaf.accumulate(g);
      continue;
    }
    enterModulePath(node.module); // a gradient belongs to the layer whose value it is the gradient of
    const parts = GRADIENTS[node.op](g, node);
    for (let i = 0; i < parts.length; i++) {
      const input = node.inputs[i]!, part = parts[i];
      if (!part || !input.requiresGrad) continue;
      const sum = input.gradient;
      input.gradient = sum ? build.binary("add", sum, part) : part;
    }
  }
}

/** Nodes that gradients of `root` flow through, each before its inputs. Ids grow with time, so that is by falling id. */
function gradientPath(root: Node): Node[] {
  const mark = freshMark();
  const found: Node[] = [root];
  root.mark = mark;
  for (let i = 0; i < found.length; i++) {
    const node = found[i]!;
    if (node.leaf) continue;
    if (node.requiresGrad && node.consumed && node.value && !node.snapshot && node.inputs.length === 0) {
      throw new Error(
        `Cannot run backward through ${node.describe()} a second time: its history was let go after the first. ` +
          `Compute the loss again, or add up the losses before one backward`,
      );
    }
    for (const input of node.inputs) {
      if (input.requiresGrad && input.mark !== mark) {
        input.mark = mark;
        found.push(input);
      }
    }
  }
  return found.sort((a, b) => b.id - a.id);
}

/** After its gradient was taken, a materialised node no longer needs its history. */
function release(node: Node): void {
  if (node.leaf) return;
  node.consumed = true;
  if (node.value && !node.snapshot) node.dropInputs();
}
