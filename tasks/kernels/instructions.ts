/**
 * The texts of kernels/cpu/instruction_names.ts and instructions.ts: the instructions of pointwise chains. One whose function is missing
 * does not compile.
 */
import { type InstructionEntry, INSTRUCTIONS } from "../../lib/device/cpu/instructions.ts";
import { generated } from "./generated.ts";
import { enumText } from "./numbers.ts";

/** Instructions that have a loop of their own in pointwise_ops.ts; the others map a function of pointwise_functions.ts over a block. */
const LOOPS: ReadonlySet<string> = new Set(["copy", "where", "whereLe"]);

const MAPPED = INSTRUCTIONS.filter(({ name }) => !LOOPS.has(name));

/** Calls the function of an instruction's name, which the compiler settles, as it knows `op`. */
function dispatchText(name: string, registers: string): string {
  const arity = registers.split(", ").length, of = MAPPED.filter((entry) => entry.arity === arity);
  const cases = of.map((entry) => `  if (op == Op.${entry.name}) return functions.${entry.name}(${registers});`);
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
`;
}

function entryText({ name, arity }: InstructionEntry): string {
  if (LOOPS.has(name)) return `  ${name},`;
  const registers = ["a", "b", "c"].slice(0, arity).join(", ");
  return `  (out, a, b, c, n) => { map${arity}(Op.${name}, out, ${registers}, n); },`;
}

/** One function an instruction, each small enough for the engine to compile well. */
export function instructionsText(): string {
  return `${generated("The instructions of pointwise chains by number", "lib/device/cpu/instructions.ts")}
import { tableIndex } from "./command";
import { Op } from "./instruction_names";
import { copy, map1, map2, where, whereLe } from "./pointwise_ops";

const INSTRUCTIONS: StaticArray<(out: usize, a: usize, b: usize, c: usize, n: i32) => void> = [
${INSTRUCTIONS.map(entryText).join("\n")}
];

/** Function-table index of instruction \`number\`, or −1. */
export function instruction(number: i32): i32 {
  return tableIndex(INSTRUCTIONS, number);
}
`;
}
