import type { Operation } from "./node.ts";
import type { ReduceOp } from "../device/steps/reductions.ts";
export const isView = (op: Operation) => op.isView;
export type ReduceOpName = ReduceOp;
