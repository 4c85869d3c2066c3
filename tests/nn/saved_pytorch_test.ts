/** PyTorch and Sonde read each other's files, and the models then say the same. Needs PyTorch; without it nothing is tested. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Device } from "../../lib/device/device.ts";
import * as nn from "../../lib/nn/mod.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { noGrad } from "../../lib/tensor/graph.ts";
import { Generator } from "../../lib/tensor/random.ts";
import { saveSafetensors } from "../../lib/tensor/safetensors.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";

const SCRIPT = fileURLToPath(new URL("saved_pytorch.py", import.meta.url));

async function python(args: readonly string[]): Promise<{ success: boolean; stdout: string; stderr: string }> {
  try {
    const { success, stdout, stderr } = await new Deno.Command("/usr/bin/python3", { args: ["-W", "ignore", ...args] })
      .output();
    return { success, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { success: false, stdout: "", stderr: "no Python" };
    throw error;
  }
}

const hasTorch = (await python(["-c", "import torch"])).success;

Deno.test({
  name: "a model saved here gives its output in PyTorch, and one saved there gives its output here",
  ignore: !hasTorch,
  async fn() {
    using device = new Device("cpu", { threads: 1 });
    const on = { device, generator: new Generator(4) }, folder = await Deno.makeTempDir();
    const make = () =>
      new nn.Sequential(
        new nn.Conv2d(1, 3, 3, { padding: 1, ...on }),
        new nn.BatchNorm2d(3, { device }),
        new nn.ReLU(),
        new nn.Flatten(),
        new nn.LayerNorm(48, { device }),
        new nn.Linear(48, 5, { bias: false, ...on }),
      );
    const output = async (
      model: nn.Sequential,
      x: Tensor,
    ) => [...await noGrad(() => model.eval().call(x)).toTypedArray()];
    const assertNear = (found: readonly number[], wanted: readonly number[]) => {
      assert.equal(found.length, wanted.length);
      for (const [i, value] of found.entries()) {
        assert.ok(Math.abs(value - wanted[i]!) < 1e-5, `${value}, ${wanted[i]}`);
      }
    };
    try {
      const model = make(), x = randn([2, 1, 4, 4], on);
      model.train().call(randn([8, 1, 4, 4], on));
      await saveSafetensors(`${folder}/input.safetensors`, { x });
      await model.save(`${folder}/sonde.safetensors`);
      const { success, stdout, stderr } = await python([SCRIPT, folder]);
      assert.ok(success, stderr);
      const { read, tracked, own } = JSON.parse(stdout) as { read: number[]; tracked: number; own: number[] };
      assert.equal(tracked, 1);
      assertNear(await output(model, x), read);
      const other = make();
      await other.load(`${folder}/torch.safetensors`);
      assertNear(await output(other, x), own);
      assert.notDeepEqual(read, own);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
