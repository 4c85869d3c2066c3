/** Reverse-mode differentiation: records gradient nodes from a result back to its leaves. */
import { enableGrad, enterModulePath, noGrad } from "../graph/context.ts";
import { CONSUMED, SNAPSHOT } from "../graph/marks.ts";
import { freshVisit, type Node } from "../graph/node.ts";
import { add } from "../ops/pointwise.ts";

/**
 * Adds the gradient of `root` (weighted by `seed`, of its shape) to every leaf it depends on. Records only; nothing runs.
 *
 * @param createGraph record the gradients' own history, so that they can be differentiated again
 * @param retainGraph keep the history of values on the device, so that backward can run through them again; default: `createGraph`
 */
export function backward(root: Node, seed: Node, createGraph = false, retainGraph = createGraph): void {
  const path = new GradientPath(root);
  const run = createGraph ? enableGrad : noGrad;
  const module = enterModulePath("");
  try {
    run(() => record(path, seed));
  } finally {
    enterModulePath(module);
  }
  if (!retainGraph) { for (const node of path.nodes) release(node); }
}

/** Runs the rules from the root down, summing up the gradients of each node. */
function record(path: GradientPath, seed: Node): void {
  const { nodes } = path, sums = new Array<Node | undefined>(nodes.length).fill(undefined);
  sums[0] = seed;
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i]!;
    let g = sums[i]; // by falling id, so this is the whole sum
    if (!g) continue;
    sums[i] = undefined;
    enterModulePath(""); // hooks name their own module
    for (const hook of node.gradientHooks ?? []) g = hook(g) ?? g;
    if (node.leaf) {
      node.leaf.accumulate(g);
      continue;
    }
    enterModulePath(node.module); // a gradient belongs to the layer whose value it is the gradient of
    const parts = node.op.gradient(g, node);
    for (let k = 0; k < parts.length; k++) {
      const input = node.inputs[k]!, part = parts[k];
      if (!part || !input.requiresGrad) continue;
      const at = path.placeOf(input), sum = sums[at];
      sums[at] = sum ? add(sum, part) : part;
    }
  }
}

/** Nodes that gradients of a root flow through, each before its inputs. Ids grow with time, so that is by falling id. */
class GradientPath {
  readonly nodes: Node[];
  #visit = freshVisit();

  constructor(root: Node) {
    const found: Node[] = [root];
    root.visit = this.#visit;
    for (let i = 0; i < found.length; i++) {
      const node = found[i]!;
      if (node.leaf) continue;
      const used = node.marks & CONSUMED && !(node.marks & SNAPSHOT);
      if (node.requiresGrad && used && node.value && node.inputs.length === 0) {
        throw new Error(
          `Cannot run backward through ${node.describe()} a second time: its history was let go after the first. ` +
            `Compute the loss again, or add up the losses before one backward`,
        );
      }
      for (const input of node.inputs) {
        if (input.requiresGrad && input.visit !== this.#visit) {
          input.visit = this.#visit;
          found.push(input);
        }
      }
    }
    this.nodes = found.sort((a, b) => b.id - a.id);
    this.#number();
  }

  #number(): void {
    const { nodes } = this;
    for (let i = 0; i < nodes.length; i++) {
      nodes[i]!.visit = this.#visit;
      nodes[i]!.index = i;
    }
  }

  /** Place of a node among {@linkcode GradientPath.nodes}. */
  placeOf(node: Node): number {
    if (node.visit !== this.#visit) {
      // A hook, or a trace that grew too long, began another traversal in between.
      this.#visit = freshVisit();
      this.#number();
    }
    return node.index;
  }
}

/** After its gradient was taken, a materialised node no longer needs its history. */
function release(node: Node): void {
  if (node.leaf) return;
  node.marks |= CONSUMED;
  if (node.value && !(node.marks & SNAPSHOT)) node.dropInputs();
}
