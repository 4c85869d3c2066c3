/** What a golden case is run by. */
import type { Device } from "../../lib/device/device.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";

/** Arguments of a golden case. */
// deno-lint-ignore no-explicit-any
export type Args = any;
/** An operation on golden inputs. */
export type GoldenOp = (inputs: Tensor[], args: Args, device: Device) => Tensor | Tensor[];
