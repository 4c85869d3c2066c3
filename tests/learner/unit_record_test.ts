import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { UnitRecord } from "../../lib/learner/unit_record.ts";
import { flush } from "../../lib/tensor/graph.ts";
import { planStatistics } from "../../lib/tensor/mod.ts";
import { Generator } from "../../lib/tensor/random.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { testDevices } from "../oracle/golden.ts";

/** Which of the units are on in each batch, as plain arithmetic has it. */
function expected(on: readonly (readonly boolean[])[]) {
  const units = on[0]!.length, of = Array.from({ length: units }, (_, unit) => on.map((batch) => batch[unit]!));
  return {
    units,
    unitsOff: on.map((batch) => batch.filter((x) => !x).length),
    deadSince: of.map((batches) => batches.at(-1) ? -1 : batches.lastIndexOf(true) + 1),
  };
}

/** Values of [n, units, places] in which the units are on that shall be: by one element, often, and of either sign. */
function output(on: readonly boolean[], n: number, places: number, random: () => number): Float32Array {
  const x = new Float32Array(n * on.length * places), pick = (below: number) => Math.floor(below * random());
  for (let i = 0; i < x.length; i++) x[i] = random() < 0.5 ? 0 : -0;
  on.forEach((isOn, unit) => {
    for (let k = isOn ? 1 + pick(3) : 0; k > 0; k--) {
      x[(pick(n) * on.length + unit) * places + pick(places)] = [1, -1, NaN, Infinity, 1e-30, -3][pick(6)]!;
    }
  });
  return x;
}

for (const kind of testDevices()) {
  Deno.test(`UnitRecord: units that are off, and since when they are dead, of features and channels, on ${kind}`, async () => {
    using device = await new Device(kind).ready;
    for (
      const [units, n, places] of [[1, 1, []], [7, 5, []], [3, 1, [1, 1]], [5, 3, [2, 7]], [8, 4, [6, 6]], [130, 9, [
        3,
      ]]] as const
    ) {
      for (const turned of [false, true]) {
        const random = new Generator(units).uniforms(), size = places.reduce<number>((a, b) => a * b, 1);
        const record = new UnitRecord(device);
        assert.equal(await record.read(), undefined);
        const since = Array.from({ length: units }, () => 9 * random());
        const on: boolean[][] = [];
        for (let batch = 0; batch < 6; batch++) {
          on.push(since.map((end) => batch < end && random() < 0.7));
          const x = tensor(output(on[batch]!, n, size, random), { shape: [n, units, ...places], device });
          // Channels last in memory, as convolutions leave them
          const last = [0, ...places.map((_, i) => i + 2), 1],
            back = [0, places.length + 1, ...places.map((_, i) => i + 1)];
          record.push(turned ? x.permute(last).clone().permute(back) : x);
          assert.deepEqual(await record.read(), expected(on), `${units} units, [${places}], batch ${batch}`);
        }
        record.dispose();
      }
    }
  });
}

Deno.test("UnitRecord: recording compiles no plan after the first, whatever the batch's number, and waits for nothing", async () => {
  using cpu = new Device("cpu", { threads: 1 });
  const record = new UnitRecord(cpu), x = tensor([[0, 1, 0], [0, 0, 0]], { device: cpu });
  await record.read();
  const compiled: number[] = [];
  for (let batch = 0; batch < 1500; batch++) {
    record.push(x);
    flush(cpu);
    compiled.push(planStatistics(cpu).compiled);
  }
  assert.deepEqual(new Set(compiled.slice(1)).size, 1);
  const { unitsOff, deadSince } = (await record.read())!;
  assert.deepEqual([unitsOff.length, new Set(unitsOff), deadSince], [1500, new Set([2]), [0, -1, 0]]);
});

Deno.test("UnitRecord: says nothing of outputs without units, or with another number of them", async () => {
  using cpu = new Device("cpu", { threads: 1 });
  for (const shapes of [[[4]], [[]], [[2, 3], [2, 4]], [[2, 3], [3]], [[2, 3], [2, 4], [2, 3]]]) {
    const record = new UnitRecord(cpu);
    for (const shape of shapes) {
      record.push(tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), { shape, device: cpu }));
    }
    assert.equal(await record.read(), undefined);
  }
});

Deno.test("UnitRecord: in a batch without samples no unit was on", async () => {
  using cpu = new Device("cpu", { threads: 1 });
  const record = new UnitRecord(cpu);
  record.push(tensor([[1, 0]], { device: cpu }));
  record.push(tensor(new Float32Array(0), { shape: [0, 2], device: cpu }));
  assert.deepEqual(await record.read(), { units: 2, unitsOff: [1, 2], deadSince: [1, 0] });
});

Deno.test("UnitRecord: a unit may rest at another number than 0", async () => {
  for (const kind of testDevices()) {
    using device = await new Device(kind).ready;
    const record = new UnitRecord(device, { rest: -0.4 });
    // As a rectifier leaves them that is shifted down: the first is off, the second is 0, the third is now this, now that.
    const x = tensor([[-1, 0.4, -1], [-2, 0.4, 3]], { device }).relu().sub(0.4);
    record.push(x);
    assert.deepEqual(await record.read(), { units: 3, unitsOff: [1], deadSince: [0, -1, -1] });
  }
});
