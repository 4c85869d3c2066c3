/**
 * How the modules of a model are called in tables, charts and reports.
 *
 * @module
 */
import { wrongKind } from "../device/expect.ts";
import { Module } from "./module.ts";
import type { Parameter } from "./parameter.ts";

/** `0[2]` for `0.2`: a path of numbers alone would read as a number. One with a word in it stays as it is. */
const written = (parts: readonly string[]) =>
  parts.every((part) => /^\d+$/.test(part))
    ? parts[0]! + parts.slice(1).map((part) => `[${part}]`).join("")
    : parts.join(".");

/**
 * A name for the model and each module inside it: the shortest part of its path that tells it from the others of its class, and the class, such as
 * `1 GeneralReLU` for the only one in `model[1]`, wherever it is in there. Two of a class in one place have more of the path, `1[0] Conv2d` and
 * `1[3] Conv2d`. A name depends on the model alone, not on what of it is looked at; summary, statistics, charts, reports and graphs have the
 * same.
 *
 * @returns names in the order of `namedModules()`, all different; the model itself has its class alone
 *
 * @example
 * ```ts
 * import { nn } from "./mod.ts";
 * const block = () => new nn.Sequential(new nn.Linear(4, 4), new nn.ReLU());
 * const names = nn.moduleNames(new nn.Sequential(block(), block(), new nn.Linear(4, 2)));
 * console.log([...names.values()].slice(1, 4)); // [ "0 Sequential", "0 Linear", "0 ReLU" ]
 * ```
 */
export function moduleNames(model: Module): Map<Module, string> {
  if (!(model instanceof Module)) throw wrongKind("moduleNames", "the model", "a module", model);
  const modules = [...model.namedModules()].map(([path, module]) => ({
    module,
    kind: module.typeName,
    parts: path === "" ? [] : path.split("."),
  }));
  const names = new Map<Module, string>();
  // How many modules of a class begin with the same parts of a path.
  const counts = new Map<string, number>();
  const key = (kind: string, parts: readonly string[], length: number) =>
    JSON.stringify([kind, ...parts.slice(0, length)]);
  for (const { kind, parts } of modules) {
    for (let length = 1; length <= parts.length; length++) {
      counts.set(key(kind, parts, length), (counts.get(key(kind, parts, length)) ?? 0) + 1);
    }
  }
  for (const { module, kind, parts } of modules) {
    let length = Math.min(1, parts.length);
    while (length < parts.length && counts.get(key(kind, parts, length))! > 1) length++;
    names.set(module, parts.length === 0 ? kind : `${written(parts.slice(0, length))} ${kind}`);
  }
  return names;
}

/** A name for each parameter: that of the module whose field it is, and the field's, such as `1 Conv2d weight`. */
export function parameterNames(model: Module): Map<Parameter, string> {
  const modules = moduleNames(model), byPath = new Map([...model.namedModules()]);
  return new Map([...model.namedParameters()].map(([path, parameter]) => {
    const parts = path.split("."), field = parts.pop()!;
    const owner = byPath.get(parts.join("."));
    return [parameter, owner && parts.length > 0 ? `${modules.get(owner)} ${field}` : path];
  }));
}
