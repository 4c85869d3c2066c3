/** The runs of the benchmark of diagnoses: two sets, of networks, seeds and images apart. */
import * as ills from "./ills.ts";
import { ACTIVATIONS, INITS, type Network, NORMS, OPTIMIZERS } from "./networks.ts";
import type { Amounts, Declared, Parts, Plan } from "./training.ts";

/** Rules are tuned on one set, and reported on the other. */
export type SetName = "tune" | "report";

/** What a set is trained with. */
interface Base {
  readonly seeds: readonly number[];
  readonly amounts: Amounts;
  /** Accuracy from which on a run counts as healthy: fixed before anything is diagnosed. */
  readonly healthy: number;
  readonly mlp: readonly number[];
  readonly cnn: readonly number[];
  /** Depths of networks that explode or vanish. */
  readonly depths: readonly number[];
  readonly deepWidth: number;
  /** Good rates. */
  readonly rate: (network: Network) => number;
  /**
   * For rectifiers without norms, the largest of the rates 0.025, 0.05, 0.1, 0.2 and 0.4 (times the optimiser's factor) whose accuracy, the mean over
   * seeds 90 and 91, is within 0.02 of the best: what is ten times that is too high.
   */
  readonly highest: Readonly<Record<Network["kind"], Readonly<Record<Network["optimizer"], number>>>>;
}

const rate = ({ norm, optimizer }: Network) => (norm === "none" ? 0.05 : 0.1) * OPTIMIZERS[optimizer].factor;

/** The two sets. */
export const SETS: Readonly<Record<SetName, Base>> = {
  tune: {
    seeds: [0, 1, 2],
    amounts: { train: 2048, valid: 1024, batchSize: 64, epochs: 2 },
    healthy: 0.65,
    mlp: [64, 64, 64],
    cnn: [8, 16, 32],
    depths: [5, 10, 20],
    deepWidth: 48,
    rate,
    highest: { mlp: { SGD: 0.1, momentum: 0.2, Adam: 0.4 }, cnn: { SGD: 0.4, momentum: 0.4, Adam: 0.4 } },
  },
  report: {
    seeds: [10, 11, 12],
    amounts: { train: 2400, valid: 1024, batchSize: 50, epochs: 2 },
    healthy: 0.65,
    mlp: [100, 80, 60, 40],
    cnn: [12, 20, 28, 28],
    depths: [6, 12, 18],
    deepWidth: 64,
    rate,
    highest: { mlp: { SGD: 0.1, momentum: 0.2, Adam: 0.2 }, cnn: { SGD: 0.2, momentum: 0.4, Adam: 0.4 } },
  },
};

const OPTIMIZER_NAMES = Object.keys(OPTIMIZERS) as (keyof typeof OPTIMIZERS)[];

/** Every activation, norm and init once: perceptrons and convolutional networks in turn, so are seeds and optimisers. */
function healthyPlans(base: Base): Plan[] {
  const activations = Object.keys(ACTIVATIONS) as (keyof typeof ACTIVATIONS)[];
  let count = 0;
  return activations.flatMap((activation) =>
    NORMS.flatMap((norm, n) =>
      INITS.map((init, i): Plan => {
        const at = count++, kind = (n + i) % 2 === 0 ? "mlp" : "cnn", seed = base.seeds[at % base.seeds.length]!;
        // Steps of 5 go through all optimisers in each group of four inits.
        const optimizer = OPTIMIZER_NAMES[Math.floor(at * 5 / 4) % OPTIMIZER_NAMES.length]!;
        const network: Network = { kind, widths: base[kind], activation, norm, init, optimizer };
        return { name: "healthy", network, seed, lr: base.rate(network) };
      })
    )
  );
}

type Planting = readonly [name: string, plant: (parts: Parts) => Declared, networks: readonly Network[]];

function plantings(base: Base): Planting[] {
  const net = (kind: "mlp" | "cnn", more: Partial<Network> = {}): Network => ({
    kind,
    widths: base[kind],
    activation: "relu",
    norm: "none",
    init: "kaiming",
    optimizer: "SGD",
    ...more,
  });
  const both = [net("mlp"), net("cnn")], normed = both.map((one): Network => ({ ...one, norm: "batch" }));
  const driven = [net("mlp", { optimizer: "momentum" }), net("cnn", { optimizer: "Adam" })];
  const deep = (activation: Network["activation"]) =>
    base.depths.map((depth) => net("mlp", { widths: Array<number>(depth).fill(base.deepWidth), activation }));
  return [
    ["dead ReLUs", ills.deadReLU, both],
    ["rate ten times too high", ills.tenTimes, [...both, ...driven]],
    ["rate a hundred times too low", ills.hundredth, [...both, ...normed, ...driven]],
    ["exploding init", ills.exploding(3), deep("relu")],
    ["vanishing init", ills.vanishing(0.2), deep("relu")],
    ["one layer too small", ills.oneTooSmall(1e-4), both],
    ["one layer too large", ills.oneTooLarge(100), both],
    ["saturated tanh", ills.saturated, both.map((one): Network => ({ ...one, activation: "tanh", init: "xavier" }))],
    ["inputs not normalised", ills.rawPixels, both],
    ["labels shuffled", ills.shuffledLabels, [...both, ...normed]],
    ["one layer frozen", ills.frozen, [...both, ...normed]],
    ["one layer left out of the optimiser", ills.leftOut, both],
    ["a detach in the middle", ills.detached, both],
    ["gradients never zeroed", ills.neverZeroed, [...both, ...normed]],
    ["batch norm with batches of 2", ills.batchesOfTwo, normed],
    ["a norm left in evaluation mode", ills.normInEvaluation, normed],
    ["last layer's bias at −10, sigmoids", ills.lastBias, both],
    ["last layer's bias at −10 for half, softmax", ills.lastBiasOfHalf, both],
    ["NaN in one image", ills.nanInOneImage, [...both, ...normed]],
    ["loss of the wrong sign", ills.wrongSign, both],
    ["not shuffled, by class", ills.byClass, [...both, ...normed]],
    ["logarithm of 0", ills.logarithm, both],
  ];
}

/** All runs of a set: ills on every seed, then the healthy ones. */
export function plansOf(name: SetName): Plan[] {
  const base = SETS[name];
  const sick = plantings(base).flatMap(([ill, plant, networks]) =>
    networks.flatMap((network) =>
      base.seeds.map((seed): Plan => {
        const { kind, optimizer } = network;
        const lr = plant === ills.tenTimes
          ? base.highest[kind][optimizer] * OPTIMIZERS[optimizer].factor
          : base.rate(network);
        return { name: ill, network, seed, lr, plant };
      })
    )
  );
  return [...sick, ...healthyPlans(base)];
}
