/** Leaves: where gradients end. */
import { build } from "../graph/build.ts";
import type { Leaf, Node } from "../graph/node.ts";
import type { Storage } from "../graph/storage.ts";
import { factory } from "./factory.ts";
import type { TensorHandle } from "./handle.ts";

/** Where the gradients of a leaf add up. */
export class GradientEnd implements Leaf {
  gradient: TensorHandle | undefined;
  /** Storage of a gradient that was set to null and that nobody else has seen: the next one reuses its memory. */
  retired: Storage | undefined;
  /** Whether user code got hold of the gradient, so that it must not be reused. */
  seen = false;

  accumulate(g: Node): void {
    if (this.gradient) {
      const storage = this.gradient.storage;
      storage.write(build.binary("add", storage.current, g), true);
    } else if (this.retired) {
      this.retired.write(g, true);
      this.gradient = factory.wrap(this.retired.current);
      this.gradient.storage = this.retired;
      this.retired = undefined;
    } else {
      this.gradient = factory.wrap(g);
    }
    this.gradient.storage.keep();
  }

  clear(): void {
    const storage = this.gradient?.storage;
    this.gradient = undefined;
    if (!storage || this.seen) {
      this.seen = false;
      return;
    }
    storage.abandon();
    if (storage.memory) this.retired = storage;
  }
}
