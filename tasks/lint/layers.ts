/**
 * A lint rule: imports run one way through the house.
 *
 * tasks, notebooks → lessons, sweep → learner → live → plot → data, nn, optim → tensor → engine → ops → graph → device → kernels. A file may
 * import from its own folder and from any layer below its own; never from a layer above, and never from a neighbour on
 * the same step (`nn` and `optim` know nothing of each other). What lies below tensor is the engine: the layers above
 * reach it through two doors. The public face, `mod.ts`, and tests are outside the order.
 *
 * @module
 */
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { importVisitor } from "./imports.ts";

/** The steps, lowest first; neighbours on one step do not import each other. */
export const STEPS: readonly (readonly string[])[] = [
  ["kernels"],
  ["device"],
  ["graph"],
  ["ops"],
  ["engine"],
  ["tensor"],
  ["data", "nn", "optim"],
  ["plot"],
  ["live"],
  ["learner"],
  ["lessons", "sweep"],
  ["tasks", "notebooks"],
];

/** The layer whose step is the first above the engine. */
const ABOVE_ENGINE = "tensor";

/**
 * What layers above tensor may import of a device: its handle, its name, whether there is a GPU, the environment, Node's modules, and the checks of
 * arguments and options.
 */
const DEVICE_DOORS: readonly string[] = [
  "lib/device/device.ts",
  "lib/device/names.ts",
  "lib/device/hardware.ts",
  "lib/device/environment.ts",
  "lib/device/builtins.ts",
  "lib/device/v8_flags.ts",
  "lib/device/check_options.ts",
  "lib/device/expect.ts",
  "lib/device/form.ts",
];

/** Where tensor passes on what they need of the graph. */
const GRAPH_DOOR = "lib/tensor/graph.ts";

/** Files above tensor that are about the engine itself: they make the kernels, put them into bundles, or take apart what runs. */
const ABOUT_KERNELS = /^tasks\/(kernels(\/|\.ts$)|bench\/profile|bundle\/kernels\.ts$)/;

const STEP_OF = new Map(STEPS.flatMap((names, step) => names.map((name) => [name, step] as const)));
const stepOf = (layer: string): number => STEP_OF.get(layer) ?? -1;
const ORDER = [...STEPS].reverse().map((names) => names.join(", ")).join(" → ");

/**
 * The layer a file of the repository belongs to.
 *
 * @param path relative to the repository's root, with forward slashes
 * @returns the layer's name; `undefined` for files outside the order (tests, docs); an empty string for `mod.ts`
 */
export function layerOf(path: string): string | undefined {
  const [first, second, ...rest] = path.split("/");
  if (path === "mod.ts") return "";
  if (first === "lib") return rest.length > 0 ? second : undefined;
  return first !== undefined && second !== undefined && STEP_OF.has(first) ? first : undefined;
}

/**
 * What is wrong with one file importing another, in a sentence; `undefined` when nothing is.
 *
 * @param from the importing file, relative to the root
 * @param to the imported file, relative to the root
 */
export function objection(from: string, to: string): string | undefined {
  const above = layerOf(from);
  const below = layerOf(to);
  if (above === undefined || above === "") return undefined;
  for (const layer of [above, below]) {
    if (layer && !STEP_OF.has(layer)) {
      return `The folder lib/${layer} is not in the order of layers: add it to tasks/lint/layers.ts`;
    }
  }
  if (below === "" && above === "notebooks") return undefined; // notebooks are written as a user writes them
  if (below === "") return `${above} imports mod.ts, which is for users only: import from the defining file`;
  if (below === undefined) {
    return to.startsWith("tests/") ? `${above} imports from tests: move what both need into lib` : undefined;
  }
  if (above === below) return undefined;
  const high = stepOf(above), low = stepOf(below);
  if (
    high > stepOf(ABOVE_ENGINE) && low < stepOf(ABOVE_ENGINE) && !DEVICE_DOORS.includes(to) &&
    !ABOUT_KERNELS.test(from)
  ) {
    return `${above} may not import ${to}: what it needs of the engine comes through ${GRAPH_DOOR}, or lib/device/device.ts`;
  }
  if (low < high) return undefined;
  return `${above} may not import ${below}: imports run one way, ${ORDER}`;
}

/** The root of the repository, found from this file's own place. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const fromRoot = (file: string) => relative(ROOT, file).split(sep).join("/");

const plugin: Deno.lint.Plugin = {
  name: "sonde",
  rules: {
    layers: {
      create(context) {
        return importVisitor((node, source) => {
          if (!source.startsWith(".")) return;
          const message = objection(fromRoot(context.filename), fromRoot(join(dirname(context.filename), source)));
          if (message) context.report({ node, message });
        });
      },
    },
  },
};
export default plugin;
