/** Training and evaluation modes, noted and put back. */
import type { Module } from "../nn/module.ts";

/** Notes the mode of every module in `model`. Returns a function that puts the modes back. */
export function saveModes(model: Module): () => void {
  const modes = [...model.modules()].map((module) => [module, module.training] as const);
  return () => {
    for (const [module, mode] of modes) module.training = mode;
  };
}
