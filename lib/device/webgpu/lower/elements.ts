/** Dispatches of kernels that compute one element an invocation. */
import elementsText from "../../../../kernels/webgpu/elements.wgsl" with { type: "text" };
import {
  ceilDiv,
  constantsText,
  type Dispatch,
  type Fields,
  type ModuleParts,
  moduleText,
  WORKGROUP,
} from "../module.ts";

/** A kernel whose text has `fn element(i: u32)`. */
export interface ElementsKernel extends Pick<ModuleParts, "heap" | "math" | "faults"> {
  readonly label: string;
  readonly text: string;
  /** Its parameters but for `count`. */
  readonly fields: Fields;
  /** Elements to compute. */
  readonly count: number;
  readonly constants?: Readonly<Record<string, number | boolean>>;
  /** WGSL of functions that the text refers to. */
  readonly functions?: string;
  /** Words of scratch memory. Default: none. */
  readonly scratch?: number;
}

/** The dispatch of a kernel over `count` elements. */
export function elementsDispatch(
  { label, text, fields, count, constants = {}, functions = "", scratch = 0, ...module }: ElementsKernel,
): Dispatch {
  fields.constant("count", count);
  const code = moduleText({
    text: `${text}\n${elementsText}`,
    fields: fields.list,
    definitions: `${constantsText({ WORKGROUP, ...constants })}\n${functions}`,
    ...module,
  });
  const beside = { threads: WORKGROUP, grows: false, memory: {}, heap: "u32" } as const;
  return { label, code, fields: fields.list, workgroups: ceilDiv(count, WORKGROUP), scratch, beside };
}
