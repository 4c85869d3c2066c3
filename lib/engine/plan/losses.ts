/** Losses beside their gradients: both read the same logits, and devices compute them at once where one step follows the other. */
import { sizeOf } from "../../device/shape.ts";
import { type Step, type StepOf, stepOutputs } from "../../device/steps/mod.ts";
import { isLossOf } from "../../device/steps/rows.ts";
import type { Draft } from "./assemble.ts";
import { dependent, Memories, type Touched } from "./memories.ts";

/**
 * Steps in which each gradient of a cross-entropy stands behind the cross-entropy of the same logits and labels, if there is one, and what the gradient
 * is multiplied by before it. They stay where they are if any of that depends on the losses, or is as large as the logits; numbers are the same
 * either way.
 *
 * @param sameMemory bound slots of effects, and the slot of the source whose memory each writes to
 */
export function pairLosses(
  steps: readonly Step[],
  drafts: readonly Draft[],
  sameMemory: ReadonlyMap<number, number>,
): Step[] {
  const memories = new Memories(drafts, sameMemory), paired = [...steps];
  for (const gradient of steps) {
    if (gradient.kernel !== "crossEntropyGrad") continue;
    const at = paired.indexOf(gradient);
    const home = paired.findLastIndex((step, i) =>
      i < at && step.kernel === "crossEntropy" && isLossOf(step, gradient)
    );
    const before = home < 0 ? undefined : needed(paired.slice(home, at), gradient, memories);
    if (!before) continue;
    const between = paired.slice(home, at).filter((step) => !before.includes(step));
    paired.splice(home, at + 1 - home, ...before, between[0]!, gradient, ...between.slice(1));
  }
  return paired;
}

/** Those of the steps after the first that the gradient cannot move up without; undefined if one of them cannot move before the first. */
function needed(
  [loss, ...between]: readonly Step[],
  gradient: StepOf<"crossEntropyGrad">,
  memories: Memories,
): Step[] | undefined {
  const rows = gradient.inputs.logits.shape[0]!, found: Step[] = [];
  const isSmall = (step: Step) => stepOutputs(step).every(({ shape }) => sizeOf(shape) <= rows);
  let all: Touched = memories.touchedBy(gradient);
  for (const step of between.toReversed()) {
    const own = memories.touchedBy(step);
    if (!dependent(own, all)) continue;
    if (!isSmall(step)) return undefined;
    found.unshift(step);
    all = { reads: all.reads.union(own.reads), writes: all.writes.union(own.writes) };
  }
  return dependent(memories.touchedBy(loss!), all) ? undefined : found;
}
