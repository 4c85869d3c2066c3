import type { AnyOperation } from "./node.ts";
import type { ReduceOp } from "../device/steps/reductions.ts";
export const isView = (op: AnyOperation) => op.isView;
export type ReduceOpName = ReduceOp;
