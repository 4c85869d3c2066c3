/** Memory that grows while a helper thread is at work. */
import assert from "node:assert/strict";
import { encodeProgram } from "../../../lib/device/cpu/encode.ts";
import { HelperPool } from "../../../lib/device/cpu/helpers.ts";
import { functionTable } from "../../../lib/device/cpu/kernels.ts";
import { kernels } from "../../../lib/device/cpu/kernels_module.js";
import { CpuMemory } from "../../../lib/device/cpu/memory.ts";
import type { Operand } from "../../../lib/device/operand.ts";
import type { Program } from "../../../lib/device/program.ts";

/** Larger than what memory grows by at the least: most such allocations make it grow. */
const NEW = 17 << 20;
const N = 1 << 17;

Deno.test({
  name: "a helper that is awake runs a program in memory that has just grown",
  sanitizeResources: false,
  async fn() {
    const memory = new CpuMemory(2);
    const instance = new WebAssembly.Instance(kernels, { env: { memory: memory.memory, abort() {} } });
    const exports = instance.exports as unknown as {
      heapBase(): number;
      setThread(scratch: number, odometer: number): void;
      run(program: number, helpers: number): number;
      kernel(number: number): number;
      instruction(number: number): number;
    };
    memory.begin(exports.heapBase());
    exports.setThread(memory.scratchOf(0), memory.odometerOf(0));
    const pool = new HelperPool(kernels, memory, 1);
    pool.start();
    while (pool.ready() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const operand = (value: number): Operand => ({ value, shape: [N], strides: [1], offset: 0, dynamic: -1 });
    const program: Program = {
      values: [0, 1].map((slot) => ({ dtype: "float32", elements: N, place: { kind: "bound", slot } })),
      steps: [{
        kernel: "pointwise",
        shape: [N],
        inputs: [{ kind: "tensor", operand: operand(0), dtype: "float32" }],
        code: [
          { op: "sin", dtype: "float32", of: "float32", args: [0] },
          { op: "pow", dtype: "float32", of: "float32", args: [1, 1] },
        ],
        outputs: [{ operand: operand(1), register: 2, dtype: "float32" }],
      }],
      arenaBytes: 0,
      bound: 2,
      scalars: 0,
      offsets: 0,
    };
    const encoded = encodeProgram(program, functionTable(exports), 8);
    assert.ok(encoded.shared);
    const [input, output] = [memory.allocate(4 * N), memory.allocate(4 * N)];
    try {
      let grown = 0;
      for (let round = 0; round < 80; round++) {
        const before = memory.bytes.byteLength, program = memory.allocate(NEW) + NEW - 65_536;
        if (memory.bytes.byteLength > before) grown++;
        memory.words.set(encoded.words, program / 4);
        const values = (program + encoded.values) / 4;
        memory.words[values] = input;
        memory.words[values + 1] = output;
        assert.equal(exports.run(program, 1), 0, `round ${round}: ${pool.failure()}`);
      }
      assert.ok(grown > 10, `it grew ${grown} times`);
    } finally {
      pool.stop();
    }
  },
});
