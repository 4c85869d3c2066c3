/** Convolutions that devices may compute by tiles against PyTorch (tests/goldens/tiles.json), with their gradients, on every device under test. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { conv2d } from "../../lib/tensor/conv.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { floats, readGolden, testDevices } from "./golden.ts";

interface Golden {
  images: number;
  inputs: number;
  outputs: number;
  height: number;
  width: number;
  padding: number;
  /** Every 23rd element of the result, and of both gradients. */
  y: string;
  x: string;
  w: string;
}

const { cases } = readGolden<{ cases: Golden[] }>("tiles.json");

/** The rule of make_tile_goldens.py. */
function numbers(shape: readonly number[], seed: number, scale: number): Float32Array {
  const size = shape.reduce((product, n) => product * n, 1);
  return Float32Array.from(
    { length: size },
    (_, i) => ((i * 7919 + seed * 104729 + Math.floor(i / 97) * 31) % 2003 - 1001) / 1001 * scale,
  );
}

/** Of a result about as large as 1 or larger, relative to its root mean square. */
const LIMIT = 1e-5;

function compare(what: string, found: Iterable<number>, golden: string): void {
  const expected = floats(golden), sample = [...found].filter((_, i) => i % 23 === 0);
  assert.equal(sample.length, expected.length);
  const size = Math.sqrt(expected.reduce((sum, x) => sum + x * x, 0) / expected.length);
  const far = sample.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!)), 0);
  assert.ok(far <= LIMIT * Math.max(1, size), `${what}: ${far} apart, of about ${size}`);
}

for (const kind of testDevices()) {
  Deno.test(`convolutions by 3 × 3 of many channels are PyTorch's, and so are their gradients, on ${kind}`, async (t) => {
    using device = await new Device(kind).ready;
    for (const { images, inputs, outputs, height, width, padding, ...expected } of cases) {
      await t.step(`${images} × ${inputs} → ${outputs}, ${height} × ${width}, padding ${padding}`, async () => {
        const shapes = [[images, inputs, height, width], [outputs, inputs, 3, 3]] as const;
        const x = tensor(numbers(shapes[0], 1, 1), { shape: shapes[0], device, requiresGrad: true });
        const w = tensor(numbers(shapes[1], 2, 0.25), { shape: shapes[1], device, requiresGrad: true });
        const y = conv2d(x, w, { padding });
        y.backward(tensor(numbers(y.shape, 3, 1), { shape: y.shape, device }));
        compare("result", await y.toTypedArray(), expected.y);
        compare("gradient of x", await x.grad!.toTypedArray(), expected.x);
        compare("gradient of w", await w.grad!.toTypedArray(), expected.w);
      });
    }
  });
}
