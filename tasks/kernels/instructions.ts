/**
 * The texts of kernels/cpu/instruction_names.ts and instructions.ts: the instructions of pointwise chains. One whose function is missing
 * does not compile.
 */
import { type InstructionEntry, INSTRUCTIONS } from "../../lib/device/cpu/instructions.ts";
import { JOINED, type JoinedInstruction } from "../../lib/device/cpu/joined.ts";
import { generated } from "./generated.ts";
import { enumText } from "./numbers.ts";

/** The instruction that has a loop of its own in pointwise_ops.ts; the others map a function of pointwise_functions.ts, or some, over a block. */
const COPY = "copy";

const MAPPED = INSTRUCTIONS.filter(({ name }) => name !== COPY);

/** Calls the function of an instruction's name; of a joined one, the functions that it joins. */
function callText(name: string, args: readonly string[]): string {
  if (!Object.hasOwn(JOINED, name)) return `functions.${name}(${args.join(", ")})`;
  const [first, second, place] = JOINED[name as JoinedInstruction], taken = arityOf(first);
  return callText(second, args.slice(taken).toSpliced(place, 0, callText(first, args.slice(0, taken))));
}

const arityOf = (name: string): number => INSTRUCTIONS.find((entry) => entry.name === name)!.arity;

/** Chooses by the number of an instruction, which the compiler settles, as it knows `op`. */
function dispatchText(name: string, registers: string): string {
  const args = registers.split(", "), of = MAPPED.filter((entry) => entry.arity === args.length);
  const cases = of.map((entry) => `  if (op == Op.${entry.name}) return ${callText(entry.name, args)};`);
  return `@inline
export function ${name}(op: Op, ${registers.replaceAll(/\w+/g, "$&: v128")}): v128 {
${cases.join("\n")}
  return unreachable();
}`;
}

/** How instructions are told apart, which of them are so light that the loop around them matters, and their functions. */
export function instructionNamesText(): string {
  const slow = MAPPED.filter(({ ns }) => ns !== undefined).map(({ name }) => `op == Op.${name}`);
  return `${generated("The instructions that map a function over a block", "lib/device/cpu/instructions.ts")}
import * as functions from "./pointwise_functions";

${enumText("Op", Object.fromEntries(MAPPED.map(({ name }, i) => [name, i])))}

/** Whether an instruction is so light that the loop around it matters. */
@inline
export function isLight(op: Op): bool {
  return !(
    ${slow.join(" ||\n    ")}
  );
}

${dispatchText("unary", "x")}

${dispatchText("binary", "x, y")}

${dispatchText("ternary", "x, y, z")}

${dispatchText("quaternary", "x, y, z, w")}
`;
}

function entryText({ name, arity }: InstructionEntry): string {
  if (name === COPY) return `  ${name},`;
  const registers = ["a", "b", "c", "d"].slice(0, arity).join(", ");
  return `  (out, a, b, c, d, n) => { map${arity}(Op.${name}, out, ${registers}, n); },`;
}

/** One function an instruction, each small enough for the engine to compile well. */
export function instructionsText(): string {
  return `${generated("The instructions of pointwise chains by number", "lib/device/cpu/instructions.ts")}
import { tableIndex } from "./command";
import { Op } from "./instruction_names";
import { copy, map1, map2, map3, map4 } from "./pointwise_ops";

const INSTRUCTIONS: StaticArray<(out: usize, a: usize, b: usize, c: usize, d: usize, n: i32) => void> = [
${INSTRUCTIONS.map(entryText).join("\n")}
];

/** Function-table index of instruction \`number\`, or −1. */
export function instruction(number: i32): i32 {
  return tableIndex(INSTRUCTIONS, number);
}
`;
}
