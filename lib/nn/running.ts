/** Which model's forward is running, and whether it has the parameters of the modules that it calls. */
import { isGradEnabled } from "../tensor/graph.ts";
import { isOptimised } from "../tensor/owners.ts";
import type { Parameter } from "./parameter.ts";

/** A module, as far as its parameters are concerned. */
interface Owner {
  readonly typeName: string;
  modules(): Iterable<Owner>;
  parameters(): Iterable<Parameter>;
}

/** The outermost module whose forward is running. */
let model: Owner | undefined;

/** Modules that were seen to be the model's, or to have no parameters but those that are trained. */
const trusted = new WeakMap<Owner, WeakSet<Owner>>();

/**
 * Begins the forward of `module`.
 *
 * @returns what {@linkcode leaveForward} wants back, in a finally
 * @throws {Error} if it has parameters to train that the model whose forward is running does not have
 */
export function enterForward(module: Owner): Owner | undefined {
  const before = model;
  if (!before) model = module;
  else if (before !== module && isGradEnabled() && !trusted.get(before)?.has(module)) checkOwned(before, module);
  return before;
}

/** Ends a forward, or what {@linkcode leaveModel} began. */
export function leaveForward(before: Owner | undefined): void {
  model = before;
}

/** Begins what is no part of the model, such as its hooks: they may call modules of their own. */
export function leaveModel(): Owner | undefined {
  const before = model;
  model = undefined;
  return before;
}

function checkOwned(outer: Owner, inner: Owner): void {
  let modules = trusted.get(outer);
  if (!modules) trusted.set(outer, modules = new WeakSet());
  // What is the model's own stays so, whatever parameters it gets.
  for (const module of outer.modules()) modules.add(module);
  if (modules.has(inner)) return;
  const params = [...inner.parameters()].filter((p) => p.requiresGrad);
  if (params.length === 0) return; // nothing to train now; later there may be
  const own = new Set(outer.parameters());
  if (!params.every((p) => own.has(p) || isOptimised(p))) {
    throw new Error(
      `Cannot call ${inner.typeName} in the forward of ${outer.typeName}: it has parameters that require gradients, and ` +
        `${outer.typeName}.parameters() does not find them, so that they would not be trained. Hold it in a field of a module, or in a ` +
        `ModuleList; private fields (#name), closures and variables are not seen. If it is not to be trained here, call ` +
        `requiresGrad_(false) on it, or call it within noGrad(() => …); if an optimiser of its own trains it, make that first`,
    );
  }
  modules.add(inner);
}
