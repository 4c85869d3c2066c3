/** What LSUV measures: each use of a module, with the layer that changes for it. */
import type { Module } from "../nn/module.ts";
import { moduleNames } from "../nn/names.ts";
import { noGrad } from "../tensor/graph.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { LsuvFigures } from "./lsuv_report.ts";

/** A module with a weight, and a bias that is a parameter or, as in the lessons' ConvLayer, a number. */
export type Layer = Module & { weight: Tensor; bias: Tensor | number };

/** The modules whose outputs are measured, and those whose weights and biases change. They may be the same. */
export interface Chosen {
  readonly watched: readonly Module[];
  readonly changed: readonly Module[];
}

/** One run of a watched module. */
export interface Use {
  /** Its path, and if it has run before, which time this is: `1 (2)`. */
  readonly name: string;
  readonly module: Module;
  readonly layer: Layer;
}

/** A watched or a changed module that ran, and how many of all chosen ones had run before. */
interface Ran {
  readonly module: Module;
  readonly at: number;
}

/** In which order the chosen modules ran. */
export type Order = Record<keyof Chosen, Ran[]>;

/**
 * Mean and deviation of the output of one use of the watched modules, counted from 0 in the order in which they run. What comes after it in the model
 * is recorded and never computed.
 */
export async function measure(
  model: Module,
  x: Tensor,
  { watched, changed }: Chosen,
  use: number,
): Promise<{ figures: LsuvFigures; order: Order }> {
  let figures: [Tensor, Tensor] | undefined, at = 0;
  const order: Order = { watched: [], changed: [] };
  const isWatched = new Set(watched), isChanged = new Set(changed);
  const handles = [...isWatched.union(isChanged)].map((chosen) =>
    chosen.registerForwardHook(function lsuv(module, _inputs, output) {
      if (isWatched.has(module)) {
        if (order.watched.length === use) figures = [output.mean(), output.std()];
        order.watched.push({ module, at });
      }
      if (isChanged.has(module)) order.changed.push({ module, at });
      at++;
    })
  );
  try {
    noGrad(() => model.call(x));
  } finally {
    for (const handle of handles) handle.remove();
  }
  if (!figures) throw new RangeError(`Cannot measure ${watched[0]!.typeName}: the model does not use it`);
  const [mean, std] = await Promise.all(figures.map((t) => t.item()));
  return { figures: { mean: mean!, std: std! }, order };
}

/**
 * For each use of a watched module the layer that changes for it: the first that runs for the first, and so on.
 *
 * @throws {RangeError} if a watched module is not used, or its layer does not run before it, or runs for another use too
 * @throws {TypeError} for a layer without weight or bias
 */
export function usesOf(model: Module, { watched }: Chosen, order: Order): Use[] {
  const names = moduleNames(model);
  const text = (module: Module) => names.get(module) ?? module.typeName;
  const unused = watched.find((module) => !order.watched.some((ran) => ran.module === module));
  if (unused) throw new RangeError(`Cannot measure ${unused.typeName}: the model does not use it`);
  if (order.changed.length < order.watched.length) {
    throw new RangeError(
      `Cannot run LSUV: the activations run ${order.watched.length} times and need as many layers before them, ` +
        `found ${order.changed.length}`,
    );
  }
  return order.watched.map(({ module, at }, i) => {
    const layer = order.changed[i]!;
    if (order.changed.findIndex((ran) => ran.module === layer.module) < i) {
      throw new RangeError(
        `Cannot run LSUV: ${
          text(layer.module)
        } runs more than once, and its one weight cannot bring several outputs to ` +
          `unit variance. Leave it out by a predicate, or use layers of their own`,
      );
    }
    if (layer.at > at) {
      throw new RangeError(
        `Cannot run LSUV: ${text(layer.module)}, which was to change for ${text(module)}, runs after it. ` +
          `Choose activations and layers by predicates`,
      );
    }
    const time = 1 + order.watched.slice(0, i).filter((ran) => ran.module === module).length;
    const name = `${text(module)}${time > 1 ? ` (${time})` : ""}`;
    return { name, module, layer: layerOf(layer.module) };
  });
}

function layerOf(module: Module): Layer {
  const { weight, bias } = module as Partial<Pick<Layer, "weight" | "bias">>;
  if (!(weight instanceof Tensor)) {
    throw new TypeError(
      `Cannot run LSUV on ${module.typeName}: it has no weight. Choose modules that have weight and bias`,
    );
  }
  if (!(bias instanceof Tensor || typeof bias === "number")) {
    throw new TypeError(`Cannot run LSUV on ${module.typeName}: it has no bias to take the mean off. Make it with one`);
  }
  return module as Layer;
}
