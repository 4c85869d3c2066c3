/** The text of a Learner. */
import { Module } from "../nn/module.ts";
import type { LearnerCore } from "./core.ts";
import type { Batches } from "./parts.ts";

/** `59 batches of 1024`, as far as it is known. */
function loader(batches: Batches | undefined): string {
  if (!batches) return "none";
  const { length, batchSize } = batches as { length?: number; batchSize?: unknown };
  const count = length === undefined ? "batches" : `${length} ${length === 1 ? "batch" : "batches"}`;
  return typeof batchSize === "number" ? `${count} of ${batchSize}` : count;
}

/** Model, data, loss, optimiser and callbacks of a Learner. */
export function describe(learn: LearnerCore): string {
  const { model, dls, cbs, options: { lossFunc, lr, momentum, optFunc } } = learn;
  const parameters = [...model.parameters()].reduce((sum, p) => sum + p.numel, 0);
  return [
    learn.constructor.name,
    `  model      ${model.typeName}, ${parameters.toLocaleString("en")} parameters, on ${model.device}`,
    `  data       train ${loader(dls.train)}, valid ${loader(dls.valid)}`,
    `  loss       ${lossFunc instanceof Module ? lossFunc : lossFunc ? lossFunc.name || "a function" : "none"}`,
    `  optimiser  ${optFunc.name || "a function"}, lr ${lr}${momentum === undefined ? "" : `, momentum ${momentum}`}`,
    `  callbacks  ${cbs.map(({ name }) => name).join(", ") || "none"}`,
  ].join("\n");
}
