/** More memory than any device has is an error that says so, at the read of what needs it; what else there is stays, and can be read. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { OutOfDeviceMemoryError } from "../../lib/device/errors.ts";
import { full, ones, tensor, zeros } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { testDevices } from "./golden.ts";

/** Numbers of elements around those at which a number of bytes, or of blocks of 256, leaves 31, 32 and 53 bits; an axis has less than 2^31. */
const SHAPES = [30, 31, 32, 33, 37, 38, 39, 40, 45, 51, 52].flatMap((exponent) => [
  [2 ** 22, 2 ** (exponent - 22)],
  [2 ** 22, 2 ** (exponent - 22) + 3],
]);

for (const kind of testDevices()) {
  Deno.test(`memory: what is larger than the device is out of memory, whatever the size (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const fine = tensor([1, 2], { device });
    for (const shape of SHAPES) {
      const made: Record<string, () => Tensor> = {
        "kept zeros": () => zeros(shape, { device }).keep(),
        "kept sums": () => ones(shape, { device }).add(full([1], 2, { device })).keep(),
        "random numbers": () => randn(shape, { device }).keep(),
        "what is multiplied out": () =>
          ones([2 ** 22, 1], { device }).add(ones([1, shape[1]!], { device }).keep()).keep(),
      };
      for (const [what, make] of Object.entries(made)) {
        await assert.rejects(
          async () => await make().slice(0, 0, 1).slice(1, 0, 1).array(),
          OutOfDeviceMemoryError,
          `${what} of ${shape}`,
        );
      }
    }
    assert.deepEqual(await fine.add(1).array(), [2, 3]);
  });

  Deno.test(`memory: more elements of a broadcast than kernels can count are refused (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const one = ones([1], { device }).keep();
    await one.array();
    const refused = { name: "ShapeError", message: /2147483647|2,147,483,647/ };
    for (const size of [2 ** 31, 2 ** 31 + 5, 2 ** 32 + 5, 2 ** 40 + 5]) assert.throws(() => one.expand(size), refused);
    assert.throws(() => one.expand(2 ** 16, 2 ** 15), refused);
    // Adding rows and columns makes as many.
    const rows = ones([2 ** 16, 1], { device }).keep(), columns = ones([1, 2 ** 16], { device }).keep();
    await assert.rejects(async () => await rows.add(columns).sum().array(), OutOfDeviceMemoryError);
    assert.deepEqual(await one.expand(2 ** 31 - 1).slice(0, 2 ** 31 - 3, 2 ** 31 - 1).mul(2).array(), [2, 2]);
    assert.deepEqual(await one.add(1).array(), [2]);
  });
}
