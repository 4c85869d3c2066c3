/** A pointwise chain as instructions of the wasm interpreter. */
import type { Instruction, PointwiseStep } from "../steps/pointwise.ts";
import { type CpuInstruction, instructionFor } from "./instructions.ts";

/** One instruction. Registers are numbered: first the step's inputs, then results. */
export interface Code {
  readonly name: CpuInstruction;
  readonly out: number;
  readonly args: readonly number[];
}

/** A chain as the interpreter runs it. */
export interface LoweredChain {
  readonly code: readonly Code[];
  /** How many there are. */
  readonly registers: number;
  /** The register of each of the step's outputs. */
  readonly outputs: readonly number[];
}

/** The instructions of a chain. Numbers become bools before logical operations on them; results that nothing uses are dropped. */
export function lower(step: PointwiseStep): LoweredChain {
  const inputs = step.inputs.length, code: Code[] = [];
  let registers = inputs + step.code.length;
  step.code.forEach((instruction: Instruction, i) => {
    const { op, of } = instruction, out = inputs + i;
    let args = instruction.args;
    if (op.startsWith("logical") && of !== "bool") {
      args = args.map((arg) => {
        const converted = registers++;
        code.push({ name: of === "float32" ? "toBool" : "intToBool", out: converted, args: [arg] });
        return converted;
      });
    }
    code.push({ name: instructionFor(instruction), out, args });
  });
  // An input that is stored as it is becomes a copy made first: by the block's end, another output may have overwritten it.
  const copies: Code[] = [];
  const outputs = step.outputs.map(({ register }) => {
    if (register >= inputs) return register;
    copies.push({ name: "copy", out: registers, args: [register] });
    return registers++;
  });
  code.unshift(...copies);
  const used = new Set(outputs);
  const live = code.reverse().filter(({ out, args }) => {
    if (!used.has(out)) return false;
    args.forEach((arg) => used.add(arg));
    return true;
  }).reverse();
  return { code: withWhereLe(live, outputs), registers, outputs };
}

/** Makes one instruction of a comparison a ≤ b and the choice of b where it holds, if nothing else reads the comparison. */
function withWhereLe(code: readonly Code[], outputs: readonly number[]): readonly Code[] {
  const uses = new Map<number, number>();
  for (const register of [...outputs, ...code.flatMap(({ args }) => args)]) {
    uses.set(register, (uses.get(register) ?? 0) + 1);
  }
  const joined = new Set<Code>();
  const made = code.map((choice): Code => {
    const [condition, chosen, other] = choice.args as [number, number, number];
    if (choice.name !== "where" || uses.get(condition) !== 1) return choice;
    const comparison = code.find(({ out }) => out === condition);
    if (comparison?.name !== "le" || comparison.args[1] !== chosen) return choice;
    joined.add(comparison);
    return { name: "whereLe", out: choice.out, args: [comparison.args[0]!, chosen, other] };
  });
  return made.filter((_, i) => !joined.has(code[i]!));
}
