/** States: the tensors of a module by their paths, saved and loaded. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { isFloat, noGrad, showShape } from "../tensor/graph.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Tensors by path, such as `0.weight`. */
export type StateDict = Record<string, Tensor>;

/** How to load a state. */
export interface LoadOptions {
  /** Throw when keys are missing or unexpected. Default: true. Shapes and dtypes must always agree, but that float32 and float16 are converted. */
  strict?: boolean;
}

/** What a load left out. */
export interface LoadReport {
  /** Keys of the module that the state lacks. */
  missingKeys: string[];
  /** Keys of the state that the module lacks. */
  unexpectedKeys: string[];
}

const OPTIONS = optionNames<LoadOptions>({ strict: 1 });

/**
 * Copies a state's values into `own`, after checking all of them.
 *
 * @param owner the name of what is loaded into, for errors
 * @param own its tensors by path
 */
export function loadState(
  owner: string,
  own: Iterable<[string, Tensor]>,
  state: StateDict,
  options: LoadOptions,
): LoadReport {
  checkOptions("loadStateDict", options, OPTIONS);
  const { strict = true } = options;
  // What is of a class, such as a module or a Map, has its tensors elsewhere: none would be found, and a lenient load leave all as it was.
  const prototype: object | null = typeof state === "object" && state !== null ? Object.getPrototypeOf(state) : state;
  if (
    typeof state !== "object" || state === null || (prototype !== null && Object.getPrototypeOf(prototype) !== null)
  ) {
    const found = typeof state === "object" && state !== null ? state.constructor.name : String(state && typeof state);
    throw new TypeError(
      `Cannot load this state into ${owner}: expected an object of tensors by path, as stateDict() gives it, found ${found}`,
    );
  }
  const wanted = new Map(own);
  const missingKeys = [...wanted.keys()].filter((key) => !Object.hasOwn(state, key));
  const unexpectedKeys = Object.keys(state).filter((key) => !wanted.has(key));
  const wrong: string[] = [];
  for (const [key, target] of wanted) {
    if (Object.hasOwn(state, key)) {
      const problem = mismatch(target, state[key]);
      if (problem) wrong.push(`"${key}" ${problem}`);
    }
  }
  const problems = [
    ...(strict && missingKeys.length ? [`missing keys: ${quoted(missingKeys)}`] : []),
    ...(strict && unexpectedKeys.length ? [`unexpected keys: ${quoted(unexpectedKeys)}`] : []),
    ...(wrong.length ? [`mismatched: ${wrong.join(", ")}`] : []),
  ];
  if (problems.length) throw new RangeError(`Cannot load this state into ${owner}: ${problems.join("; ")}`);
  noGrad(() => {
    for (const [key, target] of wanted) {
      const value = state[key];
      if (value !== undefined) target.copy_(value);
    }
  });
  return { missingKeys, unexpectedKeys };
}

function mismatch(target: Tensor, value: unknown): string | undefined {
  if (!(value instanceof Tensor)) return `must be a tensor, found ${value === null ? "null" : typeof value}`;
  if (value.device !== target.device) {
    return `is on ${value.device}, the model's on ${target.device}: move it with await t.toDevice(model.device)`;
  }
  const floats = isFloat(value.dtype) && isFloat(target.dtype);
  if (value.dtype !== target.dtype && !floats) return `is ${target.dtype}, found ${value.dtype}`;
  const same = value.ndim === target.ndim && value.shape.every((size, i) => size === target.shape[i]);
  return same ? undefined : `is ${showShape(target.shape)}, found ${showShape(value.shape)}`;
}

function quoted(keys: string[]): string {
  return keys.map((key) => `"${key}"`).join(", ");
}
