/** What the page and the thread that trains say to each other. */

/** How to train. */
export interface Order {
  readonly device: "webgpu" | "cpu";
  readonly network: string;
  readonly lr: number;
  readonly images: number;
  readonly epochs: number;
}

/** A layer at the last batch; shares from 0 to 1. */
export interface LayerRow {
  readonly name: string;
  readonly mean: number;
  readonly std: number;
  readonly zeros: number | undefined;
  readonly off: number | undefined;
}

/** Training loss and accuracy, then those of the validation. */
export type EpochRow = readonly [number, number, number, number];

/** What the thread tells. */
export type Told =
  | { readonly kind: "device"; readonly description: string }
  | { readonly kind: "loss"; readonly loss: number }
  | {
    readonly kind: "epoch";
    readonly row: EpochRow;
    readonly layers: readonly LayerRow[];
    readonly findings: readonly string[];
  }
  | { readonly kind: "end" }
  | { readonly kind: "failed"; readonly message: string };

/** The networks, by the names that the page shows. */
export const NETWORKS = ["ReLU, Kaiming", "General ReLU", "Batch normalization", "PyTorch's default weights"] as const;
