/** More memory than any device has is an error that says so, at the read of what needs it; what else there is stays, and can be read. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { OutOfDeviceMemoryError } from "../../lib/device/errors.ts";
import { full, ones, randn, tensor, zeros } from "../../lib/tensor/create.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { testDevices } from "./golden.ts";

/** Sizes around those at which a number of bytes, or of blocks of 256, leaves 31, 32 and 53 bits. */
const SIZES = [30, 31, 32, 33, 37, 38, 39, 40, 45, 51, 52].flatMap((exponent) => [2 ** exponent, 2 ** exponent + 3]);

for (const kind of testDevices()) {
  Deno.test(`memory: what is larger than the device is out of memory, whatever the size (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const fine = tensor([1, 2], { device });
    for (const size of SIZES) {
      const made: Record<string, () => Tensor> = {
        "kept zeros": () => zeros([size], { device }).keep(),
        "kept sums": () => ones([size], { device }).add(full([1], 2, { device })).keep(),
        "random numbers": () => randn([size], { device }).keep(),
        "what is multiplied out": () => tensor([[1], [2]], { device }).expand(2, size).mul(2).keep(),
      };
      for (const [what, make] of Object.entries(made)) {
        await assert.rejects(
          async () => await make().flatten().slice(0, 0, 1).array(),
          OutOfDeviceMemoryError,
          `${what} of ${size}`,
        );
      }
    }
    assert.deepEqual(await fine.add(1).array(), [2, 3]);
  });

  Deno.test(`memory: more elements of a broadcast than kernels can count are refused (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const one = ones([1], { device }).keep();
    await one.array();
    const reductions: Record<string, (wide: Tensor) => Tensor> = {
      sum: (wide) => wide.sum(),
      max: (wide) => wide.max(),
      argmin: (wide) => wide.argmin(),
      "the mean": (wide) => wide.mean(),
      "sums of rows": (wide) => wide.expand(2, wide.numel).sum(1),
    };
    for (const size of [2 ** 31 + 5, 2 ** 32 + 5, 2 ** 40 + 5]) {
      for (const [what, reduce] of Object.entries(reductions)) {
        const refused = { name: "RangeError", message: /elements, \[.*kernels count up to 2,147,483,647/ };
        await assert.rejects(async () => await reduce(one.expand(size)).array(), refused, `${what} of ${size}`);
      }
      // A part of it is not walked beyond its end.
      assert.deepEqual(await one.expand(size).slice(0, size - 2, size).mul(2).array(), [2, 2]);
    }
    assert.deepEqual(await one.add(1).array(), [2]);
  });
}
