/** What a Learner has in place already, read from its model, callbacks and loaders. */
import { DataLoader } from "../data/loader.ts";
import { RandomSampler, SequentialSampler } from "../data/sampler.ts";
import { GeneralReLU, LeakyReLU, ReLU } from "../nn/activations.ts";
import type { Module } from "../nn/module.ts";
import { GELU, Sigmoid, SiLU, Tanh } from "../nn/smooth.ts";
import type { Callback } from "./callback.ts";
import { NormalizeCB } from "./callbacks/batch_transform.ts";
import { GradientClip } from "./callbacks/gradient_clip.ts";
import { NonFiniteCB } from "./callbacks/non_finite.ts";
import { OneCycleCB } from "./callbacks/one_cycle.ts";
import { ParamScheduler } from "./callbacks/param_scheduler.ts";
import { isBatchNorm, isNorm } from "./diagnosis_modes.ts";
import { leaves } from "./diagnosis_modules.ts";
import type { SetupFacts } from "./diagnosis_records.ts";
import type { LearnerState } from "./state.ts";

/** Whether no rectifier of the model is 0 over half of its inputs. A model of no known activation is not said to leak. */
function leaksOnly(modules: readonly Module[]): boolean {
  const smooth = (module: Module) => [GELU, Sigmoid, SiLU, Tanh].some((kind) => module instanceof kind);
  const leaky = (module: Module) =>
    module instanceof LeakyReLU ? module.negativeSlope !== 0 : module instanceof GeneralReLU && !!module.leak;
  const activations = modules.filter((module) =>
    module instanceof ReLU || module instanceof LeakyReLU || module instanceof GeneralReLU || smooth(module)
  );
  return activations.length > 0 && activations.every((module) => smooth(module) || leaky(module));
}

/** Reads what is in place. */
export function setupOf(learn: LearnerState, callbacks: Iterable<Callback>): SetupFacts {
  const cbs = [...callbacks], found = leaves(learn.model), modules = found.map(([, module]) => module);
  const withParameters = found.filter(([, module]) => !module.parameters().next().done);
  const first = withParameters[0]?.[1], lastLayer = withParameters.at(-1)?.[0];
  const has = (kind: abstract new (...args: never[]) => Callback) => cbs.some((cb) => cb instanceof kind);
  const { train } = learn.dls, loader = train instanceof DataLoader ? train : undefined;
  const { sampler } = loader ?? {};
  return {
    ...lastLayer ? { lastLayer } : {},
    norms: modules.some(isNorm),
    batchNorms: found.flatMap(([name, module]) => isBatchNorm(module) ? [name] : []),
    beginsWithNorm: !!first && isNorm(first),
    leaks: leaksOnly(modules),
    normalizes: has(NormalizeCB),
    clips: has(GradientClip),
    schedules: has(OneCycleCB) || cbs.some((cb) => cb instanceof ParamScheduler && cb.setting === "lr"),
    guards: has(NonFiniteCB),
    ...sampler instanceof RandomSampler || sampler instanceof SequentialSampler
      ? { shuffles: sampler instanceof RandomSampler }
      : {},
    ...loader ? { batchSize: loader.batchSize } : {},
  };
}
