/** What kernels share that go by an index and may find it out of range. */
import { FAULT_KERNELS, type FaultKernel } from "../../faults.ts";
import type { Dispatch, Fields } from "../module.ts";
import { elementsDispatch } from "./elements.ts";

/** The dispatch of `kernel` over `count` elements, with its number for the fault flag. */
export function pickDispatch(
  kernel: FaultKernel,
  text: string,
  fields: Fields,
  count: number,
  functions = "",
): Dispatch {
  const constants = { FAULT: FAULT_KERNELS.indexOf(kernel) };
  return elementsDispatch({ label: kernel, text, fields, count, constants, functions, faults: true });
}
