/** Kernels that users bring. */
import { Attributes } from "../attributes.ts";
import type { CustomKernel } from "../custom_kernel.ts";
import type { Signature } from "./step.ts";

/** A user's kernel and how often its WGSL is called. */
export class Calling extends Attributes {
  readonly key: readonly number[];

  constructor(readonly custom: CustomKernel, readonly invocations: number) {
    super();
    this.key = [invocations];
  }
}

export const CUSTOM: { readonly custom: Signature<readonly string[], Calling, string> } = {
  /**
   * A kernel that a user brought, as WGSL and as a function on the CPU: any float32 result of float32 inputs. Operands are dense row-major;
   * each element of the output is written, by one of `invocations` calls (webgpu) or by one call (cpu, reference). Inputs and numbers have the
   * user's names.
   */
  custom: { inputs: [], numbers: [] },
};
