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
  follow(new GradientPath([root]), [root], [seed], createGraph, retainGraph);
}

/**
 * The gradients of `roots` (each weighted by its seed) with respect to `wanted`, which need not be leaves: undefined for what no root depends on.
 * Leaves are left as they are. Only what lies between is gone through.
 */
export function gradients(
  roots: readonly Node[],
  seeds: readonly Node[],
  wanted: readonly Node[],
  createGraph = false,
  retainGraph = createGraph,
): (Node | undefined)[] {
  const path = new GradientPath(roots, new Set(wanted)), found = new Map<Node, Node>();
  follow(path, roots, seeds, createGraph, retainGraph, found);
  return wanted.map((node) => found.get(node));
}

function follow(
  path: GradientPath,
  roots: readonly Node[],
  seeds: readonly Node[],
  createGraph: boolean,
  retainGraph: boolean,
  found?: Map<Node, Node>,
): void {
  const run = createGraph ? enableGrad : noGrad;
  const module = enterModulePath("");
  try {
    run(() => record(path, roots, seeds, found));
  } finally {
    enterModulePath(module);
  }
  if (!retainGraph) { for (const node of path.nodes) release(node); }
}

/** Runs the rules from the roots down, summing up the gradients of each node; those of wanted nodes go into `found`, else all into their leaves. */
function record(path: GradientPath, roots: readonly Node[], seeds: readonly Node[], found?: Map<Node, Node>): void {
  const { nodes, wanted } = path, sums = new Array<Node | undefined>(nodes.length).fill(undefined);
  const pass = (to: Node, part: Node) => {
    const at = path.placeOf(to), sum = sums[at];
    sums[at] = sum ? add(sum, part) : part;
  };
  roots.forEach((root, k) => {
    if (path.has(root)) pass(root, seeds[k]!);
  });
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i]!;
    let g = sums[i]; // by falling id, so this is the whole sum
    if (!g) continue;
    sums[i] = undefined;
    enterModulePath(""); // hooks name their own module
    for (const hook of node.gradientHooks ?? []) g = hook(g) ?? g;
    if (wanted?.has(node)) found!.set(node, g);
    if (node.leaf) {
      if (!wanted) node.leaf.accumulate(g);
      continue;
    }
    enterModulePath(node.module); // a gradient belongs to the layer whose value it is the gradient of
    const parts = node.op.gradient(g, node);
    for (let k = 0; k < parts.length; k++) {
      const input = node.inputs[k]!, part = parts[k];
      if (part && input.requiresGrad && path.has(input)) pass(input, part);
    }
  }
}

/** Nodes that gradients of roots flow through, each before its inputs. Ids grow with time, so that is by falling id. */
class GradientPath {
  readonly nodes: readonly Node[];
  readonly #places: ReadonlySet<Node> | undefined;
  #visit = freshVisit();

  /** @param wanted only what leads to one of these; default: to any leaf */
  constructor(roots: readonly Node[], readonly wanted?: ReadonlySet<Node>) {
    const found = this.#below(roots).sort((a, b) => b.id - a.id);
    this.#places = wanted && leadingTo(wanted, found);
    this.nodes = this.#places ? found.filter((node) => this.#places!.has(node)) : found;
    if (!wanted) { for (const node of this.nodes) checkHistory(node); }
    this.#number();
  }

  /** All nodes that gradients of `roots` reach. */
  #below(roots: readonly Node[]): Node[] {
    const found: Node[] = [];
    const visit = (node: Node) => {
      if (node.visit === this.#visit) return;
      node.visit = this.#visit;
      found.push(node);
    };
    for (const root of roots) visit(root);
    for (let i = 0; i < found.length; i++) {
      const node = found[i]!;
      if (node.leaf) continue;
      for (const input of node.inputs) if (input.requiresGrad) visit(input);
    }
    return found;
  }

  /** Whether gradients that arrive at `node` are of use. */
  has(node: Node): boolean {
    return !this.#places || this.#places.has(node);
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

/** Those of `nodes` (by falling id) that are wanted, or are computed from such. */
function leadingTo(wanted: ReadonlySet<Node>, nodes: readonly Node[]): ReadonlySet<Node> {
  const leading = new Set<Node>();
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (wanted.has(node) || (!node.leaf && node.inputs.some((input) => leading.has(input)))) leading.add(node);
  }
  return leading;
}

/** Throws if gradients went through `node` before, and how it was computed is no longer known. */
function checkHistory(node: Node): void {
  if (node.leaf || !node.requiresGrad || !(node.marks & CONSUMED) || node.marks & SNAPSHOT) return;
  if (!node.value || node.inputs.length > 0) return;
  throw new Error(
    `Cannot run backward through ${node.describe()} a second time: its history was let go after the first. ` +
      `Compute the loss again, or add up the losses before one backward`,
  );
}

/** After its gradient was taken, a materialised node no longer needs its history. */
function release(node: Node): void {
  if (node.leaf) return;
  node.marks |= CONSUMED;
  if (node.value && !(node.marks & SNAPSHOT)) node.dropInputs();
}
