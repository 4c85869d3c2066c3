/** What changes in place do to a tensor's elements, and to gradients. */
import { broadcast } from "./model_shapes.ts";
import { type Contents, hasGrad, type Operand, type Variable } from "./model_state.ts";
import type { Instruction } from "./program.ts";

/** A change in place. */
export interface Write {
  /** Tensors it takes its values from. */
  readonly others: readonly Variable[];
  readonly bound: number;
  /** Whether elements may be equal afterwards that were not. */
  readonly ties: boolean;
  /** Contents that its gradient rule reads. */
  readonly saves: readonly Contents[];
  /** Whether its gradient rule reads what it overwrites. */
  readonly breaks: boolean;
  /** Whether it leaves nothing of what was there. */
  readonly whole: boolean;
}

/** The tensors that a change of `x` takes its values from; undefined if it may not. */
function othersOf(
  i: Instruction & { op: "inPlace" },
  x: Variable,
  operand: Operand,
  torch: boolean,
): Variable[] | undefined {
  const others: Variable[] = [];
  for (const v of [i.y, i.z]) {
    if (v === undefined) continue;
    const other = operand(v);
    if (!other) return undefined;
    others.push(other);
  }
  for (const other of others) {
    if (broadcast(x.shape, other.shape)?.join() !== x.shape.join()) return undefined;
    // PyTorch refuses operands that overlap what is written, unless they are the same.
    if (other.contents === x.contents && torch) return undefined;
  }
  return others;
}

/** What an instruction does to `x`; undefined if it is not allowed. `torch`: it must be allowed in PyTorch too. */
export function writeOf(
  i: Instruction & { op: "inPlace" },
  x: Variable,
  operand: Operand,
  torch: boolean,
): Write | undefined {
  if (x.overlapping || x.contents.frozen) return undefined;
  const others = othersOf(i, x, operand, torch);
  if (!others) return undefined;
  const [y, z] = others;
  const b = x.contents.bound, yb = y?.contents.bound ?? Math.abs(i.value ?? 0);
  let bound: number, ties = others.some((v) => v.contents.ties), saves: Contents[] = [], breaks = false;
  switch (i.f) {
    case "add_":
    case "sub_":
      bound = b + yb;
      break;
    case "mul_":
      bound = b * Math.max(1, yb);
      if (y) {
        if (hasGrad(x)) saves = [y.contents];
        if (hasGrad(y)) breaks = true;
      }
      break;
    case "lerp_":
      if (!y) return undefined;
      bound = Math.max(b, yb) * (1 + 2 * Math.abs(i.value!));
      break;
    case "copy_":
      if (!y) return undefined;
      bound = Math.max(b, yb);
      ties ||= x.shape.join() !== y.shape.join();
      break;
    case "addcmul_":
      if (!y || !z) return undefined;
      bound = b + Math.abs(i.value!) * yb * z.contents.bound;
      saves = [y.contents, z.contents];
      break;
    case "fill_":
    case "zero_":
      bound = Math.max(b, yb);
      ties = true;
      break;
    case "neg_":
      bound = b;
      break;
    case "clampMax_":
      bound = Math.max(b, yb);
      ties = true;
      breaks = hasGrad(x);
      break;
  }
  return {
    others,
    bound,
    ties: ties || others.some((v) => v.contents === x.contents),
    saves,
    breaks: breaks || saves.includes(x.contents),
    whole: i.f === "fill_" || i.f === "zero_" || i.f === "copy_",
  };
}
