/** Running products are those of multiplying from the first element on, also where other orders leave float32. */
import assert from "node:assert/strict";
import { device, tensor } from "../../lib/tensor/mod.ts";
import { testDevices } from "../oracle/golden.ts";

for (const name of testDevices()) {
  Deno.test(`cumprod() stays in the range of its results, on ${name}`, async () => {
    const twos = (n: number) => new Array<number>(n).fill(2);
    const cases = [
      [0, 1e30, 1e30, -1],
      [0, ...twos(200)],
      [-3, 0, ...twos(300), Infinity],
      [1e-30, 1e30, 1e30, 1e-30, 1e-30],
      [1e20, 1e-30, 1e-20, 1e-5],
      [1e-19, ...twos(190)],
      [1e38, 100, 1e-10, 0],
      [Infinity, 1e-30, -1e-30, 0, 2],
      [1, NaN, 2],
      [1e-40, 1e38, 1e10, -1.5],
      [5],
    ];
    for (const given of cases) {
      const x = tensor(given, { device: device(name), requiresGrad: true }), found = await x.cumprod(0).toTypedArray();
      let product = 1;
      given.forEach((factor, i) => {
        product *= Math.fround(factor);
        const wanted = Math.fround(product), size = Math.abs(product);
        if (size < 1e-37 || size > 3e38) {
          // Devices may read subnormal numbers as 0; the reference device has 64 bits.
          const near = Math.fround(found[i]!), tiny = size < 1e-37 && Math.abs(near) <= 1.1 * size;
          assert.ok(tiny || near === wanted, `${given.slice(0, 8)} at ${i}: ${found[i]}, expected ${product}`);
        } else if (Number.isNaN(product)) {
          assert.ok(Number.isNaN(found[i]!), `${given.slice(0, 8)} at ${i}: ${found[i]}`);
        } else assert.ok(Math.abs(found[i]! - product) <= 1e-5 * size, `${given.slice(0, 8)} at ${i}: ${found[i]}`);
      });
      assert.ok(x.cumprod(0).requiresGrad);
    }
  });

  Deno.test(`the gradient of cumprod() is that of the products, on ${name}`, async () => {
    const x = tensor([[3, 4, 5, 0, 2], [1, 2, 4, 0.5, 8]], { device: device(name), requiresGrad: true });
    x.cumprod(1).sum().backward();
    assert.deepEqual(await x.grad!.array(), [[25, 18, 12, 180, 0], [47, 23, 11, 72, 4]]);
  });
}
