/** A pointwise chain as instructions of the wasm interpreter. */
import type { Instruction, PointwiseStep } from "../steps/pointwise.ts";
import { type CpuInstruction, instructionFor } from "./instructions.ts";
import { joinedName } from "./joined.ts";

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
  return { code: live, registers, outputs };
}

/** The code with instructions joined where nothing else reads the first one's result. */
export function join(code: readonly Code[], outputs: readonly number[]): Code[] {
  const uses = new Map<number, number>(), makers = new Map<number, Code>();
  for (const register of [...outputs, ...code.flatMap(({ args }) => args)]) {
    uses.set(register, (uses.get(register) ?? 0) + 1);
  }
  for (const second of code) {
    let made = second;
    for (const [place, arg] of second.args.entries()) {
      const first = makers.get(arg), name = first && joinedName(first.name, second.name, place);
      if (!name || uses.get(arg) !== 1) continue;
      makers.delete(arg);
      made = { name, out: second.out, args: [...first.args, ...second.args.toSpliced(place, 1)] };
      break;
    }
    makers.set(made.out, made);
  }
  return [...makers.values()];
}
