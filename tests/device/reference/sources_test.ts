import assert from "node:assert/strict";
import type { DType } from "../../../lib/device/dtype.ts";
import { philox } from "../../../lib/device/reference/sources.ts";
import { drawing, range } from "../../../lib/device/steps/sources.ts";
import { ProgramBuilder } from "../programs.ts";
import { close, last } from "./helpers.ts";

Deno.test("philox() gives the known answers of Random123's kat_vectors", () => {
  const hex = (numbers: readonly number[]) => numbers.map((x) => x.toString(16).padStart(8, "0")).join(" ");
  const ones = 0xffffffff;
  assert.equal(hex(philox([0, 0, 0, 0], [0, 0])), "6627e8d5 e169c58d bc57ac4c 9b00dbd8");
  assert.equal(hex(philox([ones, ones, ones, ones], [ones, ones])), "408f276d 41c83b0e a20bc7c6 6d5451fd");
  const pi = philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]);
  assert.equal(hex(pi), "d16cfe09 94fdcceb 5001e420 24126ea1");
});

Deno.test("random: elements are lanes of the blocks; normal numbers have mean 0 and variance 1", async () => {
  const run = (distribution: "uniform" | "normal", n: number, state: readonly number[]) => {
    const builder = new ProgramBuilder();
    const [seedLow, seedHigh, counterLow, counterHigh] = state.map((x) => builder.scalar(x)) as [
      number,
      number,
      number,
      number,
    ];
    const numbers = { seedLow, seedHigh, counterLow, counterHigh };
    const output = builder.dense("float32", [n], new Array<number>(n).fill(0));
    const attributes = drawing({ distribution });
    return last(builder.step({ kernel: "random", inputs: {}, output, attributes, numbers }).build("random"));
  };
  const zero = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];
  const uniform = await run("uniform", 6, [0, 0, 0, 0]);
  close(uniform.slice(0, 4), zero.map((x) => (x >>> 8) / 2 ** 24), 0);
  close(uniform.slice(4), philox([1, 0, 0, 0], [0, 0]).slice(0, 2).map((x) => (x >>> 8) / 2 ** 24), 0);
  const state = [0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0];
  const block = philox([0, 0, state[2]!, state[3]!], [state[0]!, state[1]!]);
  close(await run("uniform", 1, state), [(block[0] >>> 8) / 2 ** 24], 0);
  const radius = Math.sqrt(-2 * Math.log(((zero[2]! >>> 8) + 1) / 2 ** 24)),
    angle = 2 * Math.PI * (zero[3]! >>> 8) / 2 ** 24;
  close((await run("normal", 4, [0, 0, 0, 0])).slice(2), [radius * Math.cos(angle), radius * Math.sin(angle)]);
  const many = await run("normal", 100_000, [1, 2, 3, 4]);
  const mean = many.reduce((a, x) => a + x, 0) / many.length;
  const variance = many.reduce((a, x) => a + (x - mean) ** 2, 0) / many.length;
  assert.ok(Math.abs(mean) < 0.013 && Math.abs(variance - 1) < 0.02, `mean ${mean}, variance ${variance}`); // four sigma
});

Deno.test("arange counts in floats and in whole numbers", async () => {
  const run = (dtype: DType, start: number, by: number) => {
    const builder = new ProgramBuilder(), output = builder.dense(dtype, [3], [0, 0, 0]);
    const numbers = { start: builder.scalar(start), step: builder.scalar(by) };
    return last(
      builder.step({ kernel: "arange", inputs: {}, output, attributes: range({ dtype }), numbers }).build("arange"),
    );
  };
  close(await run("float32", 0.5, -0.25), [0.5, 0.25, 0]);
  close(await run("int32", 7, -3), [7, 4, 1]);
});
