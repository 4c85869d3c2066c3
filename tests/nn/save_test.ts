/** Modules in files: saved and loaded whole, under PyTorch's names. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { BatchNorm2d } from "../../lib/nn/batch_norm.ts";
import { Conv2d } from "../../lib/nn/conv2d.ts";
import { Flatten } from "../../lib/nn/flatten.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { Sequential } from "../../lib/nn/sequential.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { loadSafetensors, safetensorsMetadata } from "../../lib/tensor/safetensors.ts";
import { testDevices } from "../oracle/golden.ts";

const make = (device: Device) =>
  new Sequential(
    new Conv2d(1, 4, 3, { device }),
    new BatchNorm2d(4, { device }),
    new Flatten(),
    new Linear(4 * 6 * 6, 3, { device }),
  );

for (const kind of testDevices()) {
  Deno.test(`a module that was saved and loaded computes the same to the bit, buffers included (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const folder = await Deno.makeTempDir(), path = `${folder}/model.safetensors`;
    try {
      const model = make(device), x = randn([5, 1, 8, 8], { device }).keep();
      model.call(x);
      await model.save(path, { metadata: { epochs: "1" } });
      assert.deepEqual(await safetensorsMetadata(path), { format: "pt", epochs: "1" });
      const other = make(device);
      assert.deepEqual(await other.load(path), { missingKeys: [], unexpectedKeys: [] });
      const [found, expected] = [await other.eval().call(x).toTypedArray(), await model.eval().call(x).toTypedArray()];
      // The reference device computes in 64 bits, of which the file keeps 32.
      if (kind === "reference") found.forEach((y, i) => assert.ok(Math.abs(y - expected[i]!) < 1e-5));
      else assert.deepEqual(found, expected);
      assert.equal(await (await loadSafetensors(path, { device }))["1.num_batches_tracked"]!.item(), 1);
      const text = new TextDecoder().decode((await Deno.readFile(path)).subarray(8, 200));
      assert.match(
        text,
        /^\{"__metadata__":\{"format":"pt","epochs":"1"\},"1\.num_batches_tracked":\{"dtype":"I64","shape":\[\],"data_offsets":\[0,8\]\}/,
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("load() refuses another model's file, and with strict: false takes what fits", async () => {
  const folder = await Deno.makeTempDir(), path = `${folder}/model.safetensors`;
  try {
    const small = new Sequential(new Linear(3, 2)), large = new Sequential(new Linear(3, 2), new Linear(2, 2));
    await small.save(path);
    await assert.rejects(() => large.load(path), /Sequential: missing keys: "1\.weight", "1\.bias"/);
    assert.deepEqual(await large.load(path, { strict: false }), {
      missingKeys: ["1.weight", "1.bias"],
      unexpectedKeys: [],
    });
    assert.deepEqual(
      await large[0]!.parameters().next().value!.array(),
      await small[0]!.parameters().next().value!.array(),
    );
    await assert.rejects(
      () => new Sequential(new Linear(4, 2)).load(path),
      /mismatched: "0\.weight" is \[2, 4\], found \[2, 3\]/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
