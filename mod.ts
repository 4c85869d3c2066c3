/**
 * Sonde: looking inside neural networks while they train, on WebGPU and on the CPU.
 *
 * Tensors, devices and the Learner with its callbacks are here by name; layers are in `nn`, losses and activations in `F`, optimisers in
 * `optim`, data sets in `data`, charts in `plot`, the lessons in `lessons`, ablations in `sweep`.
 *
 * @example
 * ```ts
 * import { accuracy, data, F, Learner, lessons, setSeed } from "./mod.ts";
 *
 * setSeed(42);
 * const dls = data.DataLoaders.fromRaw(await data.loadRaw("garments"), { batchSize: 256, limit: 4096 });
 * const model = lessons.initWeights(lessons.getModel());
 * await Learner.of(model, dls).loss(F.crossEntropy).lr(0.1).metrics({ accuracy }).fit(1);
 * ```
 *
 * @module
 */
export * from "./lib/tensor/mod.ts";
export * as nn from "./lib/nn/mod.ts";
export { functional as F } from "./lib/nn/mod.ts";
export * as optim from "./lib/optim/mod.ts";
export * as data from "./lib/data/mod.ts";
export * as plot from "./lib/plot/mod.ts";
export * as learner from "./lib/learner/mod.ts";
export * from "./lib/learner/mod.ts";
export * as lessons from "./lib/lessons/mod.ts";
export * as sweep from "./lib/sweep/mod.ts";
export { defineSweep } from "./lib/sweep/mod.ts";
