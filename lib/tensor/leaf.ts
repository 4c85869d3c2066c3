/** Leaves: where gradients end. */
import type { Leaf, Node } from "../graph/node.ts";
import { Storage } from "../engine/storage.ts";
import type { Shape } from "../graph/shape.ts";
import { add } from "../ops/pointwise.ts";
import { Claim, seeUnclaimed } from "./owners.ts";

/** Where the gradients of a leaf add up, and the handle on them that is shown. */
export class GradientEnd<T extends { readonly storage: Storage }> implements Leaf {
  /** The gradient so far, as users see it. */
  gradient: T | undefined;
  /** Whether user code got hold of the gradient, so that its memory must not be reused. */
  seen = false;
  /** Storage of a gradient that was let go and that nobody else has seen: the next one reuses its memory. */
  #retired: Storage | undefined;

  /** Who looks after the leaf. */
  readonly claim: Claim;

  /**
   * @param handle makes a handle on a storage
   * @param shape the leaf's
   */
  constructor(readonly handle: (storage: Storage) => T, shape: Shape) {
    this.claim = new Claim(shape);
  }

  accumulate(g: Node): void {
    if (!this.claim.taken) seeUnclaimed(g.device, this.claim);
    const { gradient } = this, retired = this.#retired;
    if (gradient) gradient.storage.write(add(gradient.storage.current, g), true, "backward()");
    else if (retired) {
      retired.write(g, true, "backward()");
      this.gradient = this.handle(retired);
      this.#retired = undefined;
    } else this.gradient = this.handle(new Storage(g));
    this.gradient?.storage.keep();
  }

  /** Lets the gradient go. Its memory serves the next one, unless user code has seen it. */
  clear(): void {
    const storage = this.gradient?.storage;
    this.gradient = undefined;
    if (!storage || this.seen) {
      this.seen = false;
      return;
    }
    storage.abandon();
    if (storage.memory) this.#retired = storage;
  }

  /** Lets go of everything that lies on the device. */
  leave(): void {
    this.clear();
    this.#retired = undefined;
  }
}
