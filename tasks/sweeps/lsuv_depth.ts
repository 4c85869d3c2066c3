/**
 * LSUV on and off, by depth: layers of stride 1 are put between those that make the picture smaller.
 *
 *     deno task sweep tasks/sweeps/lsuv_depth.ts
 *
 * @module
 */
import { lsuv } from "../../lib/learner/lsuv.ts";
import { conv } from "../../lib/lessons/models.ts";
import { Flatten } from "../../lib/nn/flatten.ts";
import { Sequential } from "../../lib/nn/sequential.ts";
import { defineSweep } from "../../lib/sweep/plan.ts";
import { ACTIVATIONS, initialise, train } from "./training.ts";

const { make: act, leak } = ACTIVATIONS.generalRelu;

/** Five layers of stride 2, and `extra` layers of 16 channels at 7×7 pixels. */
function deep(extra: number): Sequential {
  const middle = Array.from({ length: extra }, () => conv(16, 16, { act, stride: 1 }));
  return new Sequential(
    conv(1, 8, { act }),
    conv(8, 16, { act }),
    ...middle,
    conv(16, 32, { act }),
    conv(32, 64, { act }),
    conv(64, 10, { act: null }),
    new Flatten(),
  );
}

export default defineSweep({
  name: "lsuv-depth",
  about: "From what depth on do first weights have to be measured?",
  grid: {
    extra: [0, 4, 8, 16],
    init: ["default", "kaiming"],
    lsuv: [false, true],
  },
  seeds: 3,
  metric: "accuracy",
  diverging: ["loss"],
  trial: ({ extra, init, lsuv: measured }, ctx) =>
    train(initialise(deep(extra), init, leak), {
      lr: 0.05,
      batchSize: 64,
      epochs: 2,
      limit: 4096,
      ...(measured ? { prepare: (model, x) => lsuv(model, x) } : {}),
    }, ctx),
});
