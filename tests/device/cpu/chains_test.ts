/** Pointwise chains as the cpu runs them: what is joined, what runs once a chunk, and that neither shows in a bit. */
import assert from "node:assert/strict";
import { createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import { type Code, join } from "../../../lib/device/cpu/pointwise_code.ts";
import { hoist } from "../../../lib/device/cpu/pointwise_hoist.ts";
import { JOINED, JOINED_ARITY, type JoinedInstruction } from "../../../lib/device/cpu/joined.ts";
import { INSTRUCTIONS } from "../../../lib/device/cpu/instructions.ts";
import type { Operand } from "../../../lib/device/operand.ts";
import type { Instruction, PointwiseInput } from "../../../lib/device/steps/pointwise.ts";
import { runOnce } from "../conformance.ts";
import { Choices, numel, ProgramBuilder, randomData } from "../programs.ts";
import { createRoundingBackend } from "../rounding_backend.ts";

const code = (...rows: [name: Code["name"], out: number, ...args: number[]][]): Code[] =>
  rows.map(([name, out, ...args]) => ({ name, out, args }));

Deno.test("join() joins what one instruction alone reads, as far as there is an instruction for it", () => {
  // (x − m) · t + b, and relu of that.
  const normal = code(["sub", 4, 0, 1], ["mul", 5, 4, 2], ["add", 6, 5, 3], ["relu", 7, 6]);
  assert.deepEqual(join(normal, [7]), code(["subMulAddRelu", 7, 0, 1, 2, 3]));
  // What is written to memory, or read twice, is computed by itself.
  assert.deepEqual(join(normal, [5, 7]), code(["subMul", 5, 0, 1, 2], ["addRelu", 7, 5, 3]));
  assert.deepEqual(join(code(["mul", 2, 0, 1], ["add", 3, 2, 2]), [3]), code(["mul", 2, 0, 1], ["add", 3, 2, 2]));
  // A difference has its places; sums and products take either.
  assert.deepEqual(join(code(["mul", 3, 0, 1], ["sub", 4, 2, 3]), [4]), code(["mulSubFrom", 4, 0, 1, 2]));
  assert.deepEqual(join(code(["mul", 3, 0, 1], ["sub", 4, 3, 2]), [4]), code(["mulSub", 4, 0, 1, 2]));
  assert.deepEqual(join(code(["mul", 3, 0, 1], ["add", 4, 2, 3]), [4]), code(["mulAdd", 4, 0, 1, 2]));
  assert.deepEqual(join(code(["le", 4, 0, 1], ["where", 5, 4, 2, 3]), [5]), code(["leWhere", 5, 0, 1, 2, 3]));
  assert.deepEqual(join(code(["exp", 1, 0], ["add", 2, 1, 1]), [2]), code(["exp", 1, 0], ["add", 2, 1, 1]));
});

Deno.test("JOINED_ARITY counts what the joined instructions read", () => {
  const arity = (name: string) => INSTRUCTIONS.find((entry) => entry.name === name)!.arity;
  for (const [name, [first, second]] of Object.entries(JOINED)) {
    assert.equal(JOINED_ARITY[name as JoinedInstruction], arity(first) + arity(second) - 1, name);
  }
});

Deno.test("hoist() takes out what repeats with one period, and nothing that is written", () => {
  // x; scale and weight of 8 channels; a number; what repeats with another period.
  const repeats = [undefined, 8, 8, 0, 24];
  const chain = code(["mul", 5, 1, 2], ["mul", 6, 5, 3], ["add", 7, 4, 6], ["mul", 8, 0, 6], ["add", 9, 8, 7]);
  assert.deepEqual(hoist(chain, repeats, [9], 512), { period: 8, once: chain.slice(0, 2), code: chain.slice(2) });
  assert.deepEqual(hoist(chain, repeats, [5, 9], 512), { period: 0, once: [], code: chain });
  assert.deepEqual(hoist(chain, repeats, [9], 7), { period: 0, once: [], code: chain });
  assert.deepEqual(hoist(chain, [undefined, undefined, 8, 0, 0], [9], 512), { period: 0, once: [], code: chain });
});

/** A chain of light functions of images, channels' numbers, rows' numbers and scalars. */
function randomChain(choices: Choices) {
  const builder = new ProgramBuilder(), columns = choices.pick([1, 3, 4, 8, 30, 64, 500, 513, 700]);
  const shape = [choices.int(1, choices.pick([3, 60, Math.ceil(30_000 / columns)])), columns];
  const tensor = (strides?: readonly number[]): Operand => {
    const elements = strides ? Math.max(...shape.map((size, i) => strides[i]! * size)) : numel(shape);
    const value = builder.bind(
      "float32",
      randomData(choices, "float32", elements, choices.pick(["normal", "special"])),
    );
    return strides ? builder.operand(value, shape, { strides }) : builder.operand(value, shape);
  };
  const input = (): PointwiseInput => {
    const way = choices.int(0, 5);
    if (way === 5) return { kind: "scalar", slot: builder.scalar(choices.int(-3, 3)), dtype: "float32" };
    const operand = way === 4 ? tensor([1, 0]) : way > 1 ? tensor([0, 1]) : tensor();
    return { kind: "tensor", operand, dtype: "float32" };
  };
  const inputs = [
    { kind: "tensor", operand: tensor(), dtype: "float32" } as const,
    ...Array.from({ length: 6 }, input),
  ];
  const code: Instruction[] = [], float = { dtype: "float32", of: "float32" } as const;
  let last = 0;
  for (const _ of Array(choices.int(2, 9))) {
    const other = () => choices.int(0, inputs.length - 1), made = inputs.length + code.length;
    const kind = choices.int(0, 8);
    if (kind === 0) code.push({ op: "relu", ...float, args: [last] });
    else if (kind === 1) {
      code.push({ op: "le", dtype: "bool", of: "float32", args: [last, other()] });
      code.push({ op: "where", ...float, args: [made, other(), choices.chance(0.3) ? last : other()] });
    } else {
      const op = choices.pick(["add", "sub", "mul"] as const);
      const first = choices.chance(0.2) ? other() : last, args = [first, choices.chance(0.1) ? last : other()];
      code.push({ op, ...float, args: choices.chance(0.5) ? args : args.reverse() });
    }
    if (choices.chance(0.9)) last = inputs.length + code.length - 1;
  }
  const ends = code.flatMap(({ dtype }, i) => dtype === "float32" ? [inputs.length + i] : []);
  const outputs = [ends.at(-1)!, ...ends.slice(0, -1).filter(() => choices.chance(0.1))]
    .map((register) => ({ operand: tensor(), register, dtype: "float32" } as const));
  builder.step({ kernel: "pointwise", shape, inputs, code, outputs });
  return builder.build(`[${shape}] ${code.map(({ op }) => op).join(" ")}`);
}

Deno.test("chains round after each instruction, joined or not, once a chunk or not", async () => {
  const choices = new Choices(5), twin = createRoundingBackend();
  const backend = createCpuBackend({ threads: 1 });
  const seen = new Set<string>();
  for (let i = 0; i < 150; i++) {
    const { label, program, inputs } = randomChain(choices), wanted = await runOnce(twin, program, inputs);
    (await runOnce(backend, program, inputs)).forEach((values, slot) => {
      const at = values.findIndex((value, at) => !Object.is(value, wanted[slot]![at]));
      assert.equal(at, -1, `${label}: value ${slot}, element ${at}: ${values[at]}, not ${wanted[slot]![at]}`);
    });
    label.split(" ").forEach((word) => seen.add(word));
  }
  assert.ok(["add", "sub", "mul", "relu", "le", "where"].every((op) => seen.has(op)));
  backend.dispose();
});
