/** What the page and the thread that trains say to each other. */
import type { LiveCommand, LiveEvent } from "../../tasks/bundle/entry.ts";

/** How to train. */
export interface Order {
  readonly device: "webgpu" | "cpu";
  readonly network: string;
  readonly lr: number;
  readonly images: number;
  readonly epochs: number;
}

/** What the thread is told: how to train, first, and then what is asked of the training. */
export type Asked =
  | { readonly kind: "train"; readonly order: Order }
  | { readonly kind: "ask"; readonly command: LiveCommand };

/** What the thread tells. */
export type Told =
  | { readonly kind: "device"; readonly description: string }
  | { readonly kind: "events"; readonly events: readonly LiveEvent[] }
  | { readonly kind: "end" }
  | { readonly kind: "failed"; readonly message: string };

/** The networks, by the names that the page shows. */
export const NETWORKS = ["ReLU, Kaiming", "General ReLU", "Batch normalization", "PyTorch's default weights"] as const;
