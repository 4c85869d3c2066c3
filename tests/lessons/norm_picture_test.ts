import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import { NormsPicture, plotNorms } from "../../lib/lessons/norm_picture.ts";
import { BatchNorm } from "../../lib/lessons/norms/batch.ts";
import { GroupNorm } from "../../lib/lessons/norms/group.ts";
import { InstanceNorm } from "../../lib/lessons/norms/instance.ts";
import { LayerNorm } from "../../lib/lessons/norms/layer.ts";
import { RunningBatchNorm } from "../../lib/lessons/norms/running.ts";
import * as nn from "../../lib/nn/mod.ts";

/** What shares its mean with the first image's second channel, of three images and four channels, by the papers. */
const WANTED = {
  batch: (_: number, channel: number) => channel === 1,
  layer: (image: number) => image === 0,
  instance: (image: number, channel: number) => image === 0 && channel === 1,
  group: (image: number, channel: number) => image === 0 && channel < 2,
};

Deno.test("plotNorms(): shades what each norm averages over, found by trying it, of PyTorch's layers and those by hand", async () => {
  const shape = [3, 4, 2, 2] as const;
  const sets = [
    {
      batch: new nn.BatchNorm2d(4),
      layer: new nn.LayerNorm([4, 2, 2]),
      instance: new nn.InstanceNorm2d(4),
      group: new nn.GroupNorm(2, 4),
    },
    { batch: new BatchNorm(4), layer: new LayerNorm(), instance: new InstanceNorm(4), group: new GroupNorm(2, 4) },
    { batch: new RunningBatchNorm(4) },
  ];
  for (const norms of sets) {
    const { norms: found } = await plotNorms(norms, { shape });
    assert.deepEqual(found.map(({ name }) => name), Object.keys(norms));
    for (const { name, shared } of found) {
      const wanted = WANTED[name as keyof typeof WANTED];
      for (const [image, channels] of shared.entries()) {
        for (const [channel, pixels] of channels.entries()) {
          assert.deepEqual(
            pixels,
            Array(4).fill(wanted(image, channel)),
            `${name}: image ${image}, channel ${channel}`,
          );
        }
      }
    }
  }
});

Deno.test("plotNorms(): running averages are left as they were; in evaluation nothing is shared", async () => {
  const norm = new nn.BatchNorm2d(4);
  const before = await Promise.all([...norm.buffers()].map((t) => t.toTypedArray()));
  await plotNorms({ norm }, { shape: [3, 4, 2, 2] });
  assert.deepEqual(await Promise.all([...norm.buffers()].map((t) => t.toTypedArray())), before);
  const { norms: [found] } = await plotNorms({ norm: norm.eval() }, { shape: [2, 4, 1, 2] });
  assert.equal(found!.shared.flat(2).filter(Boolean).length, 1);
});

Deno.test("NormsPicture: axes and words; a cell for each value that can be seen; its text says it all", async () => {
  const picture = await plotNorms({ "a<b": new nn.GroupNorm(2, 4) }, { shape: [3, 4, 1, 2] });
  const svg = await picture.svg();
  for (const word of ["a&lt;b", "channels", "pixels", "images", "1 of 3 images", "2 of 4 channels", "all 2 pixels"]) {
    assert.ok(svg.includes(`>${word}<`), word);
  }
  // Front: 4 × 2, top: 4 × 3, side: 3 × 2.
  assert.equal(svg.match(/<path /g)!.length, 8 + 12 + 6);
  assert.equal(picture.alt, "What norms average over. a<b: 1 of 3 images, 2 of 4 channels, all 2 pixels share a mean");
  assert.match(String(new NormsPicture([])), /^NormsPicture\(\)$/);
  await assert.rejects(
    plotNorms({}, { shape: [1, 2, 0, 1] }),
    /^RangeError: Cannot plot norms of a batch of \[1,2,0,1\]/,
  );
});
