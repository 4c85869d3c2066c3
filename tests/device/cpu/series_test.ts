/** Series of commands: images that go through several steps group by group have the bits that they have step by step. */
import assert from "node:assert/strict";
import { type CpuBackend, createCpuBackend } from "../../../lib/device/cpu/backend.ts";
import { accessesByImage } from "../../../lib/device/cpu/images.ts";
import { Joiner } from "../../../lib/device/cpu/joiner.ts";
import { runsOf } from "../../../lib/device/cpu/series.ts";
import type { Operand } from "../../../lib/device/operand.ts";
import type { Program, Value } from "../../../lib/device/program.ts";
import { spread } from "../../../lib/device/spread.ts";
import type { HostArray } from "../../../lib/device/dtype.ts";
import { NONE } from "../../../lib/device/attributes.ts";
import { maxPooling } from "../../../lib/device/steps/max_pool.ts";
import { type Step, stepInputs, stepOutputs } from "../../../lib/device/steps/mod.ts";
import type { PointwiseOp } from "../../../lib/device/pointwise.ts";
import type { PointwiseStep } from "../../../lib/device/steps/pointwise.ts";
import { counting } from "../../../lib/device/steps/statistics.ts";
import { reduction } from "../../../lib/device/steps/reductions.ts";
import { layOut } from "../../../lib/engine/plan/arena.ts";
import { convStep } from "../../ops/conv.ts";
import { assertSameBits, runOnce } from "../conformance.ts";
import { Choices, nhwc, numel, ProgramBuilder, type ProgramInputs, randomData } from "../programs.ts";

/** A network: its steps, whose values are all bound, which of those are results, and which of these are statistics. */
interface Network {
  readonly builder: ProgramBuilder;
  readonly results: Set<number>;
  readonly statistics: Set<number>;
}

const BINS = 7;

/** Watches the output of a layer [n, c, h, w], dense in NHWC, as telemetry does: its statistics, and how many of its channels are on. */
function watch({ builder, results, statistics }: Network, choices: Choices, output: number, shape: readonly number[]) {
  const channels = shape[1]!, elements = numel(shape), zeros = (length: number) => new Float32Array(length);
  if (choices.chance(0.7)) {
    const made = builder.bind("float32", zeros(6 + BINS));
    statistics.add(made);
    results.add(made);
    builder.step({
      kernel: "statistics",
      inputs: { input: builder.operand(output, [elements]) },
      output: builder.operand(made, [6 + BINS]),
      attributes: counting({ absolute: choices.chance(0.5) }),
      numbers: { min: builder.scalar(0), max: builder.scalar(2) },
    });
  }
  if (choices.chance(0.7)) {
    const on = builder.bind("bool", new Int32Array(channels)), sum = builder.bind("int32", new Int32Array(1));
    results.add(sum);
    builder.step({
      kernel: "anyOther",
      inputs: { input: builder.operand(output, [channels, elements / channels], { strides: [1, channels] }) },
      output: builder.operand(on, [channels]),
      attributes: NONE,
      numbers: { rest: builder.scalar(0) },
    });
    builder.step({
      kernel: "reduce",
      inputs: { input: builder.operand(on, [channels]) },
      output: builder.operand(sum, []),
      attributes: reduction({ op: "sum", dtype: "int32", kept: 0 }),
      numbers: {},
    });
  }
}

const float = (op: PointwiseOp, ...args: number[]) => ({ op, dtype: "float32", of: "float32", args }) as const;

/** Chains of a number a channel: relu(x + a), or x · a + b. */
function chain(shape: readonly number[], x: Operand, numbers: readonly Operand[], output: Operand): PointwiseStep {
  const code = numbers.length === 1 ? [float("add", 0, 1), float("relu", 2)] : [float("mul", 0, 1), float("add", 3, 2)];
  const inputs = [x, ...numbers].map((operand) => ({ kind: "tensor", operand, dtype: "float32" }) as const);
  const register = inputs.length + 1;
  return { kernel: "pointwise", shape, inputs, code, outputs: [{ operand: output, register, dtype: "float32" }] };
}

/** A random network over some images, as evaluation or a forward pass has it. */
function randomNetwork(choices: Choices, watched = false): Network {
  const builder = new ProgramBuilder(), results = new Set<number>(), images = choices.int(97, 260);
  const network: Network = { builder, results, statistics: new Set() };
  const value = (shape: readonly number[]) => builder.bind("float32", new Float32Array(numel(shape)));
  const given = (shape: readonly number[], dtype: "float32" | "int32" = "float32") =>
    builder.dense(dtype, shape, randomData(choices, dtype, numel(shape), "unit"));
  const at = (value: number, shape: readonly number[]) => builder.operand(value, shape, { strides: nhwc(shape) });
  const index = builder.dense("int32", [images], Array.from({ length: images }, () => choices.int(0, 49)));
  const size = choices.int(19, 24), bytes = Array.from({ length: 50 * size * size }, () => choices.int(0, 255));
  let now = value([images, size * size]), shape: readonly number[] = [images, 1, size, size];
  builder.step({
    kernel: "dequantizeGather",
    inputs: { bytes: builder.dense("uint8", [50, size * size], Uint8Array.from(bytes)), index },
    output: builder.operand(now, [images, size * size]),
    attributes: NONE,
    numbers: { scale: builder.scalar(0.01), shift: builder.scalar(-1) },
  });
  const layers = choices.int(3, 7);
  for (let layer = 0; layer < layers; layer++) {
    const [, channels, h, w] = shape as [number, number, number, number], before = at(now, shape);
    const kind = layer === 0 ? "conv" : choices.pick(["conv", "conv", "chain", "pool"]);
    if (kind === "conv") {
      const isDepthwise = channels > 1 && choices.chance(0.15), stride = h > 8 ? choices.int(1, 2) : 1;
      // A convolution of many weights is cut by its channels too, and does not go image by image.
      const wide = h > 12 ? [8, 16, 16, 24] : [24, 64, 128, 128];
      const outputs = channels === 1 ? 8 : isDepthwise ? channels : choices.pick(wide);
      const out = (size: number) => Math.floor((size - 1) / stride) + 1;
      const next = [images, outputs, out(h), out(w)], made = value(next);
      const groups = isDepthwise ? channels : 1;
      const product = convStep("conv2d", { stride: [stride, stride], padding: [1, 1], groups }, [
        before,
        given([outputs, channels / groups, 3, 3]),
        at(made, next),
      ]);
      const rows = [numel(next) / outputs, outputs], bias = given([outputs]).value;
      if (watched) builder.bound[bias]!.forEach((_, i, all) => all[i]! -= choices.chance(0.2) ? 1000 : 0);
      const along = builder.operand(made, rows), each = builder.operand(bias, rows, { strides: [0, 1] });
      if (product.kernel !== "conv2d") throw new Error("not a product");
      if (choices.chance(0.6)) {
        builder.step({ kernel: "fused", product, epilogue: chain(rows, along, [each], along), kept: false });
      } else builder.step(product);
      [now, shape] = [made, next];
    } else if (kind === "chain") {
      // One of its numbers is made in between, of little.
      const rows = [numel(shape) / channels, channels], made = value(shape), small = value([channels]);
      builder.step(chain([channels], given([channels]), [given([channels])], builder.operand(small, [channels])));
      const each = (value: number) => builder.operand(value, rows, { strides: [0, 1] });
      const numbers = [each(small), each(given([channels]).value)];
      builder.step(chain(rows, builder.operand(now, rows), numbers, builder.operand(made, rows)));
      now = made;
    } else {
      const next = [images, channels, Math.floor(h / 2), Math.floor(w / 2)], made = value(next);
      const attributes = maxPooling({ kernelSize: [2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1] });
      builder.step({
        kernel: "maxPool2d",
        inputs: { input: before },
        output: at(made, next),
        attributes,
        numbers: {},
      });
      [now, shape] = [made, next];
    }
    if (watched) watch(network, choices, now, shape);
    if (choices.chance(0.15)) results.add(now);
    if (choices.chance(0.15)) {
      // Somebody reads all images at once.
      const total = value([1]);
      results.add(total);
      builder.step({
        kernel: "reduce",
        inputs: { input: builder.operand(now, [numel(shape)]) },
        output: builder.operand(total, []),
        attributes: reduction({ op: "sum", dtype: "float32", kept: 0 }),
        numbers: {},
      });
    }
    if (Math.min(shape[2]!, shape[3]!) < 3) break;
  }
  results.add(now);
  return network;
}

/** The network as one program: what is made and is no result lies in the arena, where values share memory after their lives. */
function asProgram({ builder, results }: Network): { program: Program; inputs: ProgramInputs } {
  const { program, inputs } = builder.build("network"), { steps } = program;
  const made = new Set(steps.flatMap((step) => stepOutputs(step).map(({ value }) => value)));
  const inArena = [...made].filter((value) => !results.has(value));
  const lives = inArena.map((value) => {
    const users = steps.flatMap((step, i) =>
      [...stepInputs(step), ...stepOutputs(step)].some((operand) => operand.value === value) ? [i] : []
    );
    return { bytes: 4 * program.values[value]!.elements, first: users[0]!, last: users.at(-1)! };
  });
  const { offsets, bytes } = layOut(lives), bound: ProgramInputs["bound"][number][] = [];
  const values = program.values.map((value, i): Value => {
    const place = inArena.indexOf(i);
    if (place >= 0) return { ...value, place: { kind: "arena", offset: offsets[place]! } };
    return { ...value, place: { kind: "bound", slot: bound.push(inputs.bound[i]!) - 1 } };
  });
  return {
    program: { ...program, values, arenaBytes: bytes, bound: bound.length, sameMemory: new Map() },
    inputs: { ...inputs, bound },
  };
}

/** The contents of the bound values after a step at a time. */
async function stepByStep(backend: CpuBackend, { builder }: Network) {
  const { program, inputs } = builder.build("network");
  let { bound } = inputs;
  for (const step of program.steps) {
    bound = await runOnce(backend, { ...program, steps: [step] }, { ...inputs, bound });
  }
  return bound;
}

Deno.test("random networks have the bits that they have step by step, with any threads, tiles, and commands one by one", async () => {
  const backends = ([[1, 8], [2, 16], [3, 8]] as const).map(([threads, tileColumns]) =>
    createCpuBackend({ threads, tileColumns }) as CpuBackend
  );
  let runs = 0, locals = 0;
  for (let seed = 0; seed < 24; seed++) {
    const network = randomNetwork(new Choices(seed)), { program, inputs } = asProgram(network);
    const placed = spread(program), found = runsOf(placed);
    runs += found.length;
    const all = (await stepByStep(backends[0]!, network)).filter((_, i) => program.values[i]!.place.kind === "bound");
    for (const { first, end, grouping: { images }, byImage } of found) {
      const steps = placed.steps.slice(first, end).map((step, i) => ({
        step: first + i,
        byImage: byImage.has(first + i) ? accessesByImage(step, images, placed) : undefined,
      }));
      const joined = new Joiner(placed).join(steps);
      assert.equal(joined.accesses.length, steps.length);
      locals += joined.locals.size;
    }
    for (const [i, backend] of backends.entries()) {
      assertSameBits(await runOnce(backend, program, inputs), all, `seed ${seed}, backend ${i}`);
    }
    const apart = backends[1]!;
    apart.observer = () => {};
    assertSameBits(await runOnce(apart, program, inputs), all, `seed ${seed}, one by one`);
    apart.observer = undefined;
  }
  assert.ok(runs >= 20, `only ${runs} runs`);
  assert.ok(locals >= 20, `only ${locals} local values`);
  backends.forEach((backend) => backend.dispose());
});

Deno.test("random networks that are watched have the counts and units that they have step by step, and the moments to the last bit but one", async () => {
  const backends = ([[1, 8], [2, 16]] as const).map(([threads, tileColumns]) =>
    createCpuBackend({ threads, tileColumns }) as CpuBackend
  );
  const within = { statistics: 0, anyOther: 0 };
  for (let seed = 100; seed < 120; seed++) {
    const network = randomNetwork(new Choices(seed), true), { program, inputs } = asProgram(network);
    const found = runsOf(spread(program)), isBound = (i: number) => program.values[i]!.place.kind === "bound";
    for (const step of found.flatMap(({ byImage }) => [...byImage])) {
      const { kernel } = program.steps[step]!;
      if (kernel === "statistics" || kernel === "anyOther") within[kernel]++;
    }
    const slots = network.builder.values.flatMap((_, i) => isBound(i) ? [i] : []);
    const moments = (all: readonly HostArray[]) =>
      all.flatMap((data, slot) => network.statistics.has(slots[slot]!) ? [data[0]!, data[1]!] : []);
    const others = (all: readonly HostArray[]) =>
      all.map((data, slot) => network.statistics.has(slots[slot]!) ? data.slice(2) : data);
    const expected = (await stepByStep(backends[0]!, network)).filter((_, i) => isBound(i));
    const results = await Promise.all(backends.map((backend) => runOnce(backend, program, inputs)));
    for (const [i, result] of results.entries()) {
      assertSameBits(others(result), others(expected), `seed ${seed}, backend ${i}`);
      for (const [k, value] of moments(result).entries()) {
        const wanted = moments(expected)[k]!;
        assert.ok(Math.abs(value - wanted) <= 2 ** -22 * Math.abs(wanted), `seed ${seed}: ${value} for ${wanted}`);
      }
    }
    assertSameBits(await runOnce(backends[1]!, program, inputs), results[1]!, `seed ${seed}, again`);
  }
  assert.ok(within.statistics >= 30 && within.anyOther >= 30, `only ${JSON.stringify(within)} of the runs`);
  backends.forEach((backend) => backend.dispose());
});

/** Steps on values of `elements` each, at places in the arena. */
function chainProgram(steps: readonly Step[], places: readonly number[], elements: number): Program {
  const values = places.map((offset): Value => ({ dtype: "float32", elements, place: { kind: "arena", offset } }));
  return { values, steps, arenaBytes: 1 << 20, bound: 0, scalars: 0, offsets: 0, sameMemory: new Map() };
}

Deno.test("join() takes steps together as long as no image is overwritten before all that read it have", () => {
  const elements = 64,
    whole = (value: number): Operand => ({ value, shape: [64], strides: [1], offset: 0, dynamic: -1 });
  const copy = (from: number, to: number): Step => ({
    kernel: "pointwise",
    shape: [elements],
    inputs: [{ kind: "tensor", operand: whole(from), dtype: "float32" }],
    code: [float("relu", 0)],
    outputs: [{ operand: whole(to), register: 1, dtype: "float32" }],
  });
  const joined = (steps: readonly Step[], places: readonly number[], atOnce: readonly number[] = []) => {
    const program = chainProgram(steps, places, elements);
    const { accesses, locals } = new Joiner(program).join(steps.map((step, i) => ({
      step: i,
      byImage: atOnce.includes(i) ? undefined : accessesByImage(step, 8, program),
    })));
    return { count: accesses.length, locals: [...locals.keys()] };
  };
  // The last user of value 0 is not among them: it may not be local.
  const three = [copy(0, 1), copy(1, 2), copy(2, 3)], apart = [0, 256, 512, 768];
  assert.deepEqual(joined(three, apart), { count: 3, locals: [0, 1, 2, 3] });
  // In place of the first value, from the same start on: images meet. From another: they do not, unless either is local.
  const late = [...three, copy(0, 4)], more = (place: number) => [0, 256, place, 768, 1024];
  assert.equal(joined(late.slice(0, 3), more(0)).count, 3);
  assert.equal(joined([...three, copy(3, 4)], [0, 256, 128, 768, 1024]).count, 4);
  const kept = [copy(0, 1), copy(1, 2), copy(2, 3), copy(0, 4)];
  assert.equal(joined(kept, [0, 256, 512, 768, 1024], [3]).count, 4);
  // What is read at once comes before all, or after all; not in the midst.
  assert.equal(joined(three, apart, [1]).count, 2);
  assert.equal(joined(three, apart, [2]).count, 3);
  assert.deepEqual(joined(three, apart, [2]).locals, [0, 1]);
  // A value that is read at once at the end, and another one that lies over part of it.
  assert.equal(joined([copy(0, 1), copy(1, 2), copy(1, 3), copy(2, 4)], [0, 256, 512, 768, 300], [2]).count, 3);
});
