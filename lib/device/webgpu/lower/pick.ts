/** What kernels share that go by an index and may find it out of range. */
import type { FaultKernel } from "../../faults.ts";
import type { StepOf } from "../../steps/mod.ts";
import type { Dispatch, Fields } from "../module.ts";
import { elementsDispatch } from "./elements.ts";

/** The dispatch of a step over `count` elements, which may raise faults. */
export function pickDispatch(
  step: StepOf<FaultKernel>,
  text: string,
  fields: Fields,
  count: number,
  functions = "",
): Dispatch {
  return elementsDispatch({ label: step.kernel, text, fields: fields.site(step), count, functions, faults: true });
}
