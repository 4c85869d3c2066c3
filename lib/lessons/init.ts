/** First weights of the lessons' networks. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { zeros_ } from "../nn/fill.ts";
import { kaimingNormal_, kaimingUniform_ } from "../nn/init.ts";
import { Linear } from "../nn/linear.ts";
import { ReLU } from "../nn/activations.ts";
import type { Module } from "../nn/module.ts";
import type { Generator } from "../tensor/random.ts";

const INIT_WEIGHTS = optionNames<{ leak?: number; generator?: Generator }>({ leak: 1, generator: 1 });

/**
 * Kaiming's normal initialization for the weights of all convolutions; their biases stay as they are.
 *
 * @param model what to initialise
 * @param options `leak` (default 0): slope below zero of the activations that follow; `generator`: source of the numbers
 * @returns the model
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * const model = lessons.initWeights(lessons.getModel(), { leak: 0.1 });
 * console.log(model.length); // 6
 * ```
 */
export function initWeights<M extends Module>(
  model: M,
  options: { leak?: number; generator?: Generator } = {},
): M {
  checkOptions("initWeights", options, INIT_WEIGHTS);
  const { leak = 0, generator } = options;
  model.apply((module: Module) => {
    if (module instanceof Conv2d) kaimingNormal_(module.weight, { a: leak, ...(generator ? { generator } : {}) });
  });
  return model;
}

/** Options of {@linkcode initCnn}. */
export interface InitCnnOptions {
  /** Draw from a uniform distribution of the same deviation instead of a normal one. Default: false. */
  uniform?: boolean;
  /** Slope below zero of the activations that follow. Default: 0.1, as in the lessons on LSUV and batch normalisation. */
  leak?: number;
  /** Source of the numbers. Default: the default generator. */
  generator?: Generator;
}

const INIT_CNN = optionNames<InitCnnOptions>({ uniform: 1, leak: 1, generator: 1 });

/**
 * Kaiming's initialization for the weights of all convolutions in a model, however deep inside; their biases become 0. Linear layers keep
 * what they have.
 *
 * @returns the model
 *
 * @example
 * ```ts
 * import { learner, lessons, nn } from "./mod.ts";
 * const model = lessons.initCnn(lessons.getCnnModel(), { uniform: true });
 * const [conv] = learner.findModules(model, learner.isInstance(nn.Conv2d)) as nn.Conv2d[];
 * console.log(await conv!.bias!.abs().sum().item()); // 0
 * ```
 */
export function initCnn<M extends Module>(
  model: M,
  options: InitCnnOptions = {},
): M {
  checkOptions("initCnn", options, INIT_CNN);
  const { uniform = false, leak = 0.1, generator } = options;
  const fill = uniform ? kaimingUniform_ : kaimingNormal_;
  model.apply((module: Module) => {
    if (!(module instanceof Conv2d)) return;
    fill(module.weight, { a: leak, ...(generator ? { generator } : {}) });
    if (module.bias) zeros_(module.bias);
  });
  return model;
}

/**
 * Whether a module is one that the lessons look at: a convolution, a linear layer, a ReLU. A predicate for `findModules`.
 *
 * @example
 * ```ts
 * import { learner, lessons } from "./mod.ts";
 * console.log(learner.findModules(lessons.getCnnModel(), lessons.isLinLayer).length); // 11
 * ```
 */
export function isLinLayer(module: Module): boolean {
  return module instanceof Conv2d || module instanceof Linear || module instanceof ReLU;
}
