/** Walks a recorded computation back from its results, to the operation that made the first values that are not finite. */
import type { Node } from "./node.ts";

/** Each node that some results are computed from, themselves included, with its inputs. */
export type Ancestors = ReadonlyMap<Node, readonly Node[]>;

/** How to get from one of several results to a node: through inputs, by their positions. It holds for every recording of the same steps. */
export interface NodePath {
  /** Which result, by its position. */
  readonly result: number;
  readonly inputs: readonly number[];
}

/** The node whose elements `node` shows: itself, unless it is a view that was not materialised. */
export function viewed(node: Node): Node {
  while (node.op.isView && !node.value && node.inputs[0]) node = node.inputs[0];
  return node;
}

/** What a node is computed from, views looked through; nothing for a value that is there. */
export function inputsOf(node: Node): Node[] {
  return node.value ? [] : node.inputs.map(viewed);
}

/** All ancestors of some results. They are noted at once, since a read lets inputs go. */
export function ancestorsOf(results: readonly Node[]): Ancestors {
  const found = new Map<Node, readonly Node[]>();
  const open = results.map(viewed).reverse();
  for (let node = open.pop(); node; node = open.pop()) {
    if (found.has(node)) continue;
    const inputs = inputsOf(node);
    found.set(node, inputs);
    for (let i = inputs.length - 1; i >= 0; i--) open.push(inputs[i]!);
  }
  return found;
}

/**
 * Leads from a bad result, through bad inputs, to a bad node without bad inputs: where it began. Undefined if no result is bad.
 *
 * @param results the loss first, then gradients: of these, the one that backward reached first counts
 * @param bad the ancestors with values that are not finite
 */
export function pathToOrigin(
  results: readonly Node[],
  ancestors: Ancestors,
  bad: ReadonlySet<Node>,
): NodePath | undefined {
  const starts = results.map((result, position) => ({ node: viewed(result), position }));
  const [start] = starts.filter(({ node }) => bad.has(node)).sort((a, b) =>
    Number(a.position > 0) - Number(b.position > 0) || a.node.id - b.node.id
  );
  if (!start) return undefined;
  const path: number[] = [];
  for (let { node } = start;;) {
    const inputs = ancestors.get(node) ?? [];
    const next = inputs.findIndex((input) => bad.has(input));
    if (next < 0) return { result: start.position, inputs: path };
    path.push(next);
    node = inputs[next]!;
  }
}

/** The node at a path, in a recording of the same steps. */
export function nodeAt(results: readonly Node[], { result, inputs }: NodePath): Node {
  return inputs.reduce((node, position) => inputsOf(node)[position]!, viewed(results[result]!));
}

/** How far {@linkcode nearestModule} looks. */
const MOST_STEPS = 8;

/** The module of the nearest ancestor that has one. A gradient's node has none itself; the forward pass that it is computed from has. */
export function nearestModule(node: Node): string {
  for (let level = [node], depth = 0; level.length && depth < MOST_STEPS; depth++) {
    level = level.flatMap(inputsOf);
    const found = level.find(({ module }) => module);
    if (found) return found.module;
  }
  return "";
}
