import assert from "node:assert/strict";
import { findRun } from "../../lib/lessons/catalogue.ts";
import { describeSetup } from "../../lib/lessons/describe.ts";

Deno.test("describeSetup(): phrases for people", () => {
  assert.deepEqual(describeSetup(findRun("A4")!.setup, 1), [
    "five 3×3 convolutions, stride 2",
    "general ReLU (leak 0.1, sub 0.4)",
    "Kaiming normal for a leak of 0.1",
    "input normalised in the data set",
    "batch 1024",
    "learning rate 0.2",
    "momentum 0.85",
    "1 epoch",
  ]);
  assert.deepEqual(describeSetup(findRun("A9")!.setup).slice(0, 4), [
    "goes on with A8's model",
    "five 3×3 convolutions, stride 2",
    "general ReLU (leak 0.1, sub 0.4)",
    "BatchNorm of the library",
  ]);
  assert.deepEqual(describeSetup(findRun("B2")!.setup).slice(1, 4), [
    "ReLU moved down",
    "Kaiming normal for a leak of 0.1, biases 0",
    "LSUV (weight, then shift)",
  ]);
  const c9a = describeSetup(findRun("C9a")!.setup).join("; ");
  assert.match(
    c9a,
    /no bias; .*the last 10,000 training images held out; .*learning rate from 0.6 to 2 to 0.1; 8 epochs$/,
  );
  const last = ["F2", "F3", "F4", "F5", "F7"].map((id) => describeSetup(findRun(id)!.setup).slice(-4, -1).join("; "));
  assert.deepEqual(last, [
    "batch 1024; averaged gradients (momentum 0.9); learning rate 1.5",
    "batch 1024; RMSProp of the lesson (alpha 0.99, eps 0.00001); learning rate 0.003",
    "batch 1024; Adam (betas 0.9 and 0.99, eps 0.00001); learning rate 0.006",
    "batch 1024; AdamW; learning rate from 0.02 to 0 along a cosine, by batch",
    "batch 1024; AdamW; one cycle up to a learning rate of 0.06",
  ]);
  const residual = ["G1", "G2", "H2", "H8"].map((id) => describeSetup(findRun(id)!.setup)[0]);
  assert.deepEqual(residual, [
    "convolutions of 3×3, stride 1, then 2, to 8, 16, 32, 64, 128 and 10 channels",
    "residual blocks to 8, 16, 32, 64, 128, 256 channels; linear layer with batch norm",
    "residual blocks to 16, 32, 64, 128, 256 and 512 channels; the first layer of 5×5; average pool; linear layer with batch norm",
    "residual blocks to 16, 32, 64, 128, 256 channels; the first layer a convolution; the first layer of 5×5; average pool; dropout 0.1; linear layer with batch norm",
  ]);
  assert.ok(describeSetup(findRun("H6")!.setup).includes("images changed at random (crop, flip, erase)"));
  assert.equal(describeSetup(findRun("H7")!.setup).at(-1), "mean with the seed before");
  const norms = ["D3", "D6", "D8a", "D8c", "D9", "C9c"].map((id) => describeSetup(findRun(id)!.setup)[2]);
  assert.deepEqual(norms, [
    "BatchNorm by hand (eps 0.000001)",
    "LayerNorm by hand (eps 0.000001)",
    "GroupNorm, 1 group",
    "GroupNorm, a group for each channel",
    "RunningBatchNorm by hand, debiased",
    "InstanceNorm by hand (eps 1)",
  ]);
});
