/**
 * Who looks after a leaf: an optimiser, a module, or user code that takes its gradient. A leaf that gradients keep reaching while optimisers
 * step, and that nobody looks after, is not trained; that is said once.
 */
import type { Device } from "../device/device.ts";
import { showShape } from "../graph/errors.ts";
import type { Shape } from "../graph/shape.ts";

/** What is known about the owner of one leaf. It holds no tensor, so that a leaf's memory goes when the leaf does. */
export class Claim {
  /** Whether an optimiser or a module has the leaf, or user code read, set or hooked its gradient. */
  taken = false;
  /** How many steps found gradients that nobody has taken, and the last of them. */
  steps = 0;
  last = -1;

  /** @param shape the leaf's, for the message */
  constructor(readonly shape: Shape) {}
}

const owned = new WeakSet<object>(), optimised = new WeakSet<object>();

/** A tensor, as far as its owner is concerned. */
interface Owned {
  readonly end: { readonly claim: Claim } | undefined;
}

/** Says that a module holds `leaf`; it stays so when its gradients are switched off and on. */
export function own(leaf: Owned): void {
  owned.add(leaf);
  if (leaf.end) leaf.end.claim.taken = true;
}

/** Says that an optimiser updates `leaf`. */
export function optimise(leaf: Owned): void {
  optimised.add(leaf);
  own(leaf);
}

/** Whether a module or an optimiser has said that it holds `leaf`. */
export function isOwned(leaf: object): boolean {
  return owned.has(leaf);
}

/** Whether an optimiser updates `leaf`. */
export function isOptimised(leaf: object): boolean {
  return optimised.has(leaf);
}

/** So many steps in which gradients of leaves of one shape were left lying are no accident, such as a look at a gradient after the step. */
const TOO_MANY = 3;
/** Claims that are remembered at once. */
const MOST = 256;

/** The unclaimed leaves of a device that gradients reached while there was an optimiser. */
class Watch {
  #step = 0;
  readonly #seen = new Set<Claim>();
  readonly #told = new Set<string>();

  see(claim: Claim): void {
    if (claim.last === this.#step || this.#seen.size >= MOST) return;
    claim.last = this.#step;
    claim.steps++;
    this.#seen.add(claim);
  }

  /** An optimiser has stepped. */
  step(): void {
    this.#step++;
    if (this.#seen.size === 0) return;
    const steps = new Map<string, number>();
    for (const claim of this.#seen) {
      const shape = showShape(claim.shape);
      if (claim.taken || this.#told.has(shape)) this.#seen.delete(claim);
      else steps.set(shape, (steps.get(shape) ?? 0) + claim.steps);
    }
    const left = [...steps].filter(([, count]) => count >= TOO_MANY).map(([shape]) => shape);
    if (left.length === 0) return;
    for (const shape of left) this.#told.add(shape);
    const [what, it] = left.length === 1 ? [`A tensor of shape ${left[0]}`, "it is"] : [
      `Tensors of shapes ${left.join(" and ")}`,
      "they are",
    ];
    console.warn(
      `${what} that ${
        left.length === 1 ? "requires" : "require"
      } gradients got them from backward in ${TOO_MANY} steps, and ` +
        `no optimiser or module has ${
          left.length === 1 ? "it" : "them"
        } and nobody looks at the gradient: ${it} not trained. ` +
        `Make parameters with parameter(tensor) in a field of the model, or give the tensor to the optimiser; detach() what is not to be trained`,
    );
  }
}

const watches = new WeakMap<Device, Watch>();

/** There is an optimiser on `device`: from now on, leaves that nobody looks after are noticed. */
export function watchLeaves(device: Device): void {
  if (!watches.has(device)) watches.set(device, new Watch());
}

/** A gradient reached a leaf that nobody has claimed so far. */
export function seeUnclaimed(device: Device, claim: Claim): void {
  watches.get(device)?.see(claim);
}

/** An optimiser has stepped on `device`: says so if leaves were left out that nobody looks after. */
export function tellUnclaimed(device: Device): void {
  watches.get(device)?.step();
}
