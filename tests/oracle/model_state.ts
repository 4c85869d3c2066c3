/** What the model of a program keeps track of: variables, what they share, and its versions. */
import type { Shape } from "./model_shapes.ts";

/** A version of a storage's contents: one recorded computation. */
export interface Version {
  readonly inputs: readonly Version[];
  /** Materialised for certain, or perhaps (by the read of a view). */
  value: boolean;
  maybe: boolean;
  /** An effect took its memory, perhaps or for certain. */
  overwritten: boolean;
  certainly: boolean;
  readonly requiresGrad: boolean;
  /** The parameter it is the value of. */
  readonly leaf: number | undefined;
  /** Contents whose values the gradient rule reads. */
  readonly saved: readonly Contents[];
  consumed: boolean;
  /** Something saved was overwritten. */
  broken: boolean;
  /** The model knows its inputs exactly (it does not for gradients). */
  exact: boolean;
}

/** What a tensor and its views share. */
export interface Contents {
  current: Version;
  materialised: Version | undefined;
  readonly epoch: number;
  kept: boolean;
  /** No element is larger than this in magnitude. */
  bound: number;
  /** Elements may be equal, so that kinks and maxima would be decided by rounding. */
  ties: boolean;
  /** Whether something else shares it is unknown: no writes. */
  frozen: boolean;
}

/** A tensor. */
export interface Variable {
  readonly contents: Contents;
  readonly shape: Shape;
  /** In elements; undefined where PyTorch's layout is not known. */
  readonly strides: Shape | undefined;
  readonly isView: boolean;
  readonly detached: boolean;
  /** Several elements share memory. */
  readonly overlapping: boolean;
}

/** The variable of a number, if its values are to be had. */
export type Operand = (v: number) => Variable | undefined;

/** Whether gradients flow through the variable. */
export const hasGrad = ({ contents, detached }: Variable) => contents.current.requiresGrad && !detached;

/** A version that is only recorded. */
export function version(
  inputs: readonly Version[],
  options: { requiresGrad: boolean; exact: boolean; leaf?: number | undefined; saved?: readonly Contents[] },
): Version {
  return {
    inputs,
    value: false,
    maybe: false,
    overwritten: false,
    certainly: false,
    requiresGrad: options.requiresGrad,
    leaf: options.leaf,
    saved: [...(options.saved ?? [])],
    consumed: false,
    broken: false,
    exact: options.exact,
  };
}

/** Whether reading it would, or might, need something overwritten. */
export function isLost(node: Version, seen = new Map<Version, boolean>()): boolean {
  if (node.value) return false;
  const known = seen.get(node);
  if (known !== undefined) return known;
  const lost = node.overwritten || node.inputs.some((input) => isLost(input, seen));
  seen.set(node, lost);
  return lost;
}

/** Whether it is certain that reading it throws. */
export function isCertainlyLost(node: Version, seen = new Map<Version, boolean>()): boolean {
  if (node.value || node.maybe || !node.exact) return false;
  const known = seen.get(node);
  if (known !== undefined) return known;
  const lost = node.overwritten ? node.certainly : node.inputs.some((input) => isCertainlyLost(input, seen));
  seen.set(node, lost);
  return lost;
}
