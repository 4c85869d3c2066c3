import assert from "node:assert/strict";
import { loadRaw } from "../../lib/data/catalogue.ts";
import { DataLoaders } from "../../lib/data/dataloaders.ts";
import { setSeed } from "../../lib/tensor/random.ts";
import { testDevices } from "../oracle/golden.ts";
import { Device } from "../../lib/device/device.ts";

Deno.test({
  name: "after PyTorch's seed 42 the first batch of Fashion-MNIST has the labels that the lesson's document prints",
  ignore: !Deno.env.get("SONDE_DATA"),
  async fn() {
    const raw = await loadRaw("fashion-mnist");
    for (const name of testDevices()) {
      using device = await new Device(name).ready;
      setSeed(42, { like: "torch" });
      const dls = DataLoaders.fromRaw(raw, { batchSize: 1024, device, limit: 60_000 });
      const [x, y] = await dls.oneBatch();
      assert.deepEqual(x!.shape, [1024, 1, 28, 28]);
      assert.deepEqual(await y!.narrow(0, 0, 10).array(), [5, 7, 4, 7, 3, 8, 9, 5, 3, 1]);
    }
    setSeed(0);
  },
});
