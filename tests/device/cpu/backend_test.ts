import assert from "node:assert/strict";
import { NONE } from "../../../lib/device/attributes.ts";
import type { Backend, DeviceBuffer } from "../../../lib/device/backend.ts";
import { createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import { OutOfDeviceMemoryError } from "../../../lib/device/errors.ts";
import { MAX_THREADS } from "../../../lib/device/names.ts";
import type { Operand } from "../../../lib/device/operand.ts";
import type { Program, Value } from "../../../lib/device/program.ts";
import { convolution } from "../../../lib/device/steps/conv.ts";
import type { Step } from "../../../lib/device/steps/mod.ts";
import type { Instruction, PointwiseInput } from "../../../lib/device/steps/pointwise.ts";
import { reduction } from "../../../lib/device/steps/reductions.ts";

const numel = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const none = new Float64Array(), offsets = new Int32Array();

/** A program of one step over bound buffers; `make` gets a function that adds a dense tensor. */
function program(make: (tensor: (shape: number[], dtype?: Value["dtype"]) => Operand) => Step, scalars = 0): Program {
  const values: Value[] = [];
  const step = make((shape, dtype = "float32") => {
    values.push({ dtype, elements: numel(shape), place: { kind: "bound", slot: values.length } });
    const strides = shape.map((_, axis) => numel(shape.slice(axis + 1)));
    return { value: values.length - 1, shape, strides, offset: 0, dynamic: -1 };
  });
  return { values, steps: [step], arenaBytes: 0, bound: values.length, scalars, offsets: 0 };
}

function buffersOf(backend: Backend, { values }: Program): DeviceBuffer[] {
  return values.map(({ dtype, elements }, k) => {
    const buffer = backend.allocate(dtype, elements);
    backend.upload(
      buffer,
      Float64Array.from({ length: elements }, (_, i) => dtype === "int32" ? i % 7 : Math.sin(i + k)),
    );
    return buffer;
  });
}

const images = (operand: Operand): Operand => {
  const [, c, h, w] = operand.shape as [number, number, number, number];
  return { ...operand, strides: [h * w * c, 1, w * c, c] };
};

const SUM = reduction({ op: "sum", dtype: "float32", kept: 0 });
const HALVING = convolution({ stride: [2, 2], padding: [1, 1], dilation: [1, 1], groups: 1 });

const large: Record<string, Program> = {
  pointwise: program((tensor) => {
    const inputs: PointwiseInput[] = [tensor([300_001]), tensor([300_001])].map((operand) => ({
      kind: "tensor",
      operand,
      dtype: "float32",
    }));
    const code: Instruction[] = [
      { op: "exp", dtype: "float32", of: "float32", args: [0] },
      { op: "mul", dtype: "float32", of: "float32", args: [2, 1] },
    ];
    return {
      kernel: "pointwise",
      shape: [300_001],
      inputs,
      code,
      outputs: [{ operand: tensor([300_001]), register: 3, dtype: "float32" }],
    };
  }),
  sum: program((tensor) => ({
    kernel: "reduce",
    inputs: { input: tensor([3_000_001]) },
    output: tensor([]),
    attributes: SUM,
    numbers: {},
  })),
  matmul: program((tensor) => ({
    kernel: "matmul",
    inputs: { a: tensor([1, 301, 203]), b: tensor([1, 203, 97]) },
    output: tensor([1, 301, 97]),
    attributes: NONE,
    numbers: {},
  })),
  conv2d: program((tensor) => ({
    kernel: "conv2d",
    inputs: { x: images(tensor([65, 8, 14, 14])), w: tensor([16, 8, 3, 3]) },
    output: images(tensor([65, 16, 7, 7])),
    attributes: HALVING,
    numbers: {},
  })),
  conv2dWeightGrad: program((tensor) => ({
    kernel: "conv2dWeightGrad",
    inputs: { x: images(tensor([65, 8, 14, 14])), g: images(tensor([65, 16, 7, 7])) },
    output: tensor([16, 8, 3, 3]),
    attributes: HALVING,
    numbers: {},
  })),
};

for (const [name, each] of Object.entries(large)) {
  Deno.test(
    `${name} gives the same bits on 1, 2 and 3 threads, without any permission`,
    { permissions: "none" },
    async () => {
      const results = [];
      for (const threads of [1, 2, 3]) {
        const backend = createCpuBackend({ threads }),
          executable = backend.compile(each),
          buffers = buffersOf(backend, each);
        for (let run = 0; run < 30; run++) {
          backend.run(executable, buffers, none, offsets);
          // Helpers announce themselves while the event loop turns.
          if (run % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        }
        const [result] = await backend.download([buffers.at(-1)!]);
        results.push(new Uint8Array(result!.buffer as ArrayBuffer));
        backend.dispose();
      }
      assert.deepEqual(results[1], results[0]);
      assert.deepEqual(results[2], results[0]);
    },
  );
}

Deno.test("sums of a million numbers are nearly exact", async () => {
  const backend = createCpuBackend({ threads: 1 }), n = 1_000_003;
  const sum = program((tensor) => ({
    kernel: "reduce",
    inputs: { input: tensor([n]) },
    output: tensor([]),
    attributes: SUM,
    numbers: {},
  }));
  const data = new Float32Array(n).map((_, i) => 1 + Math.sin(i) / 2), buffers = buffersOf(backend, sum);
  backend.upload(buffers[0]!, data);
  backend.run(backend.compile(sum), buffers, none, offsets);
  const [result] = await backend.download([buffers[1]!]);
  const exact = data.reduce((total, x) => total + x, 0);
  assert.ok(Math.abs(result![0]! - exact) / exact < 1.5e-7, `${result![0]} instead of ${exact}`);
  backend.dispose();
});

Deno.test("allocate() beyond the limit throws OutOfDeviceMemoryError with figures, and the device goes on", () => {
  const backend = createCpuBackend({ threads: 1 });
  const kept = backend.allocate("float32", 1000);
  assert.throws(() => backend.allocate("float32", 2 ** 31), (error: unknown) => {
    assert.ok(error instanceof OutOfDeviceMemoryError);
    assert.equal(error.requestedBytes, 2 ** 33);
    assert.ok(error.usedBytes >= 4000 && error.limitBytes > 2 ** 27);
    return true;
  });
  assert.equal(backend.counters.liveBytes, 4000);
  backend.free(kept);
  assert.equal(backend.counters.liveBytes, 0);
  backend.dispose();
});

Deno.test("a label out of range is given once, with its run and step", async () => {
  const backend = createCpuBackend({ threads: 1 });
  const loss = program((tensor) => ({
    kernel: "crossEntropy",
    inputs: { logits: tensor([4, 3]), labels: tensor([4], "int32") },
    output: tensor([4]),
    attributes: NONE,
    numbers: {},
  }));
  const buffers = buffersOf(backend, loss), executable = backend.compile(loss);
  backend.upload(buffers[1]!, Int32Array.of(0, 1, 5, 2));
  backend.run(executable, buffers, none, offsets);
  await backend.synchronize();
  assert.deepEqual(backend.takeFaults(), [
    { run: 1, step: 0, fault: { kernel: "crossEntropy", index: 5, size: 3 } },
  ]);
  assert.deepEqual([backend.takeFaults(), backend.checkedRuns], [[], 1]);
  backend.dispose();
});

Deno.test("misuse is named", async () => {
  const backend = createCpuBackend({ threads: 1 });
  const buffer = backend.allocate("float32", 3);
  assert.throws(() => backend.upload(buffer, new Float32Array(2)), /the buffer has 3/);
  assert.throws(() => backend.upload(buffer, new Float32Array(2), 2), /from element 2 on: the buffer has 3/);
  const bytes = backend.allocate("uint8", 9);
  assert.throws(() => backend.upload(bytes, new Uint8Array(4), 2), /multiple of 4 bytes/);
  backend.free(buffer);
  assert.throws(() => backend.free(buffer), /after it was freed/);
  assert.throws(() => createCpuBackend({ threads: 0 }), /Cannot use 0 threads/);
  backend.dispose();
  assert.throws(() => backend.allocate("float32", 1), /it was disposed/);
  await assert.rejects(backend.download([]), /it was disposed/);
});

Deno.test("memory grows beyond what it starts with, and buffers keep their contents", async () => {
  const backend = createCpuBackend({ threads: 1 });
  const buffers = [1, 2, 3, 4].map((k) => {
    const buffer = backend.allocate("float32", 8 << 20);
    backend.upload(buffer, new Float32Array(8 << 20).fill(k));
    return buffer;
  });
  const contents = await backend.download(buffers);
  contents.forEach((data, i) => assert.ok(data.every((x) => x === i + 1)));
  assert.equal(backend.counters.downloads, 1);
  backend.dispose();
});

Deno.test("a small program runs behind the caller, which cannot tell", async () => {
  const backend = createCpuBackend({ threads: 2 }), size = 40_000;
  const slow = program((tensor) => {
    const input: PointwiseInput = { kind: "tensor", operand: tensor([size]), dtype: "float32" };
    const code: Instruction[] = [];
    for (let i = 0; i < 12; i++) code.push({ op: i % 2 ? "log" : "exp", dtype: "float32", of: "float32", args: [i] });
    const outputs = [{ operand: tensor([size]), register: code.length, dtype: "float32" as const }];
    return { kernel: "pointwise", shape: [size], inputs: [input], code, outputs };
  });
  const executable = backend.compile(slow), y = backend.allocate("float32", size);
  const filled = (value: number) => {
    const buffer = backend.allocate("float32", size);
    backend.upload(buffer, new Float32Array(size).fill(value));
    return buffer;
  };
  const near = async (value: number, what: string) => {
    const [data] = await backend.download([y]);
    assert.ok(data!.every((found) => Math.abs(found - value) < 1e-3), `${what}: ${data!.find((x) => x !== value)}`);
  };
  let x = filled(0.5);
  for (let run = 0; run < 300 && backend.counters.asynchronous! < 5; run++) {
    backend.run(executable, [x, y], none, offsets);
    if (run > 100) await new Promise((resolve) => setTimeout(resolve, 5)); // helpers announce themselves
  }
  assert.ok(backend.counters.asynchronous! >= 5, "no helper came");
  for (let round = 0; round < 20; round++) {
    backend.run(executable, [x, y], none, offsets);
    backend.upload(x, new Float32Array(size)); // waits until x was read
    await near(0.5, "an upload came too early");

    backend.upload(x, new Float32Array(size).fill(0.25));
    backend.run(executable, [x, y], none, offsets);
    backend.free(x);
    x = filled(0.5); // must not get the memory of what is being read
    await near(0.25, "memory was given away too early");

    backend.run(executable, [x, y], none, offsets);
    backend.run(executable, [y, y], none, offsets); // one after the other
    await near(0.5, "programs ran out of order");
  }
  backend.run(executable, [x, y], none, offsets);
  backend.dispose(); // in the middle of it
});

Deno.test("createCpuBackend() takes as many threads as device() does", async () => {
  const sum = async (threads: number) => {
    const backend = createCpuBackend({ threads }), buffers = buffersOf(backend, large.sum!);
    backend.run(backend.compile(large.sum!), buffers, none, offsets);
    const [result] = await backend.download([buffers[1]!]);
    backend.dispose();
    return result;
  };
  assert.deepEqual(await sum(MAX_THREADS), await sum(1));
  assert.throws(() => createCpuBackend({ threads: MAX_THREADS + 1 }), RangeError);
});
