import assert from "node:assert/strict";
import * as data from "../../lib/data/mod.ts";
import { onImages, pixelsAt, rotated } from "../../lib/data/augment.ts";
import { device, setDefaultDevice } from "../../lib/device/device.ts";
import { arange, tensor } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { Generator } from "../../lib/tensor/random.ts";
import type { Tensor } from "../../lib/tensor/tensor.ts";
import { testDevices } from "../oracle/golden.ts";
import { assertClose, flat } from "../nn/helpers.ts";

const B = 40, C = 2, H = 5, W = 6;

/** Images whose values tell where they stand. */
const images = () => arange(0, B * C * H * W).add(1).view(B, C, H, W);
const valueAt = (b: number, c: number, y: number, x: number) =>
  y < 0 || y >= H || x < 0 || x >= W ? 0 : ((b * C + c) * H + y) * W + x + 1;

/** The pixels of one image, [c][y][x]. */
function pixels(values: number[], b: number): number[][][] {
  return Array.from(
    { length: C },
    (_, c) =>
      Array.from({ length: H }, (_, y) => Array.from({ length: W }, (_, x) => values[((b * C + c) * H + y) * W + x]!)),
  );
}

const mapped = (b: number, from: (y: number, x: number) => [number, number]) =>
  Array.from(
    { length: C },
    (_, c) => Array.from({ length: H }, (_, y) => Array.from({ length: W }, (_, x) => valueAt(b, c, ...from(y, x)))),
  );

for (const kind of testDevices()) {
  Deno.test(`augmentation on ${kind}: crops are shifts, flips are mirrors, each image its own`, async () => {
    setDefaultDevice(device(kind));
    const generator = new Generator(4), label = arange(0, B);
    const [crop, kept] = data.randomCrop({ padding: 2, generator })([images(), label]);
    assert.equal(kept, label);
    const cropped = await flat(crop!), moves = new Set<string>();
    for (let b = 0; b < B; b++) {
      const found = pixels(cropped, b);
      const move = [-2, -1, 0, 1, 2].flatMap((dy) => [-2, -1, 0, 1, 2].map((dx) => [dy, dx] as const)).find((
        [dy, dx],
      ) => JSON.stringify(mapped(b, (y, x) => [y + dy, x + dx])) === JSON.stringify(found));
      assert.ok(move, `image ${b} is no shift`);
      moves.add(String(move));
    }
    assert.ok(moves.size > 10, `${moves.size} different shifts`);

    const flipped = await flat(data.randomFlip({ generator })([images()])[0]!);
    let mirrored = 0;
    for (let b = 0; b < B; b++) {
      const found = JSON.stringify(pixels(flipped, b)),
        isMirrored = found === JSON.stringify(mapped(b, (y, x) => [y, W - 1 - x]));
      assert.ok(isMirrored || found === JSON.stringify(mapped(b, (y, x) => [y, x])));
      if (isMirrored) mirrored++;
    }
    assert.ok(mirrored > 8 && mirrored < 32, `${mirrored} mirrored`); // 40 fair coins: five deviations off at least
  });

  Deno.test(`augmentation on ${kind}: turning is bilinear about the middle`, async () => {
    setDefaultDevice(device(kind));
    const x = randn([3, 1, 7, 5], { generator: new Generator(1) }),
      values = await flat(x),
      angles = [Math.PI / 2, 0.3, -1.2];
    const turned = onImages("turn", (all) => rotated(all, tensor(angles, { shape: [3, 1, 1] })))([x])[0]!;
    const at = (b: number, y: number, x: number) => y < 0 || y > 6 || x < 0 || x > 4 ? 0 : values[(b * 7 + y) * 5 + x]!;
    const wanted = angles.flatMap((angle, b) =>
      Array.from({ length: 35 }, (_, i) => {
        const y = Math.floor(i / 5) - 3, x = i % 5 - 2, cos = Math.cos(angle), sin = Math.sin(angle);
        const row = y * cos + x * sin + 3,
          column = x * cos - y * sin + 2,
          top = Math.floor(row),
          left = Math.floor(column);
        const [v, u] = [row - top, column - left];
        return (1 - v) * ((1 - u) * at(b, top, left) + u * at(b, top, left + 1)) +
          v * ((1 - u) * at(b, top + 1, left) + u * at(b, top + 1, left + 1));
      })
    );
    // Of a quarter turn a rounded cosine may take a pixel from just outside, where there is none: not the edge rows.
    const inner = (all: number[]) =>
      all.slice(35).concat(all.slice(0, 35).filter((_, i) => Math.floor(i / 5) > 0 && Math.floor(i / 5) < 6));
    assertClose(inner(await flat(turned)), inner(wanted), 2e-5);
    // Anticlockwise: what was on the right is on top.
    const [quarter] = [
      rotated(
        { x: tensor([0, 0, 0, 0, 0, 1, 0, 0, 0], { shape: [1, 1, 3, 3] }), shape: [1, 1, 3, 3] },
        tensor([[[Math.PI / 2]]]),
      ),
    ];
    assertClose(await flat(quarter), [0, 1, 0, 0, 0, 0, 0, 0, 0], 1e-5);
  });

  Deno.test(`augmentation on ${kind}: places are erased within bounds, or copied from the same image`, async () => {
    setDefaultDevice(device(kind));
    const x = images(), generator = new Generator(2), before = await flat(x);
    const erased = await flat(data.randomErase({ most: 2, share: 0.4, generator })([x])[0]!);
    const counts = Array.from({ length: B }, (_, b) => {
      const own = before.slice(b * C * H * W, (b + 1) * C * H * W),
        now = erased.slice(b * C * H * W, (b + 1) * C * H * W);
      return now.filter((value, i) => value !== own[i]).length;
    });
    assert.ok(counts.some((count) => count === 0) && counts.some((count) => count > 0), String(counts));
    assert.ok(Math.max(...counts) <= 2 * 2 * 2 * C, String(counts)); // two places of 2 × 2, in each channel
    assert.ok(Math.min(...erased) >= 1 && Math.max(...erased) <= B * C * H * W);

    const copied = await flat(data.randomCopy({ most: 1, share: 0.4, generator })([x])[0]!);
    let changed = 0;
    for (let b = 0; b < B; b++) {
      const found = pixels(copied, b), plain = mapped(b, (y, x) => [y, x]);
      if (JSON.stringify(found) === JSON.stringify(plain)) continue;
      changed++;
      // All that is not as it was came from one shift, in all channels.
      const shifts = new Set(
        found.flatMap((plane, c) =>
          plane.flatMap((row, y) =>
            row.flatMap((value, x) => value === plain[c]![y]![x] ? [] : [value - plain[c]![y]![x]!])
          )
        ),
      );
      assert.equal(shifts.size, 1, `image ${b}: ${[...shifts]}`);
    }
    assert.ok(changed > 5, String(changed));
  });

  Deno.test(`augmentation on ${kind}: brightness, chains, and gradients through them`, async () => {
    setDefaultDevice(device(kind));
    const x = images().requiresGrad_() as Tensor, generator = new Generator(3);
    const [bright] = data.randomBrightness({ by: 0.5, generator })([x]);
    const before = await flat(x), factors = (await flat(bright!)).map((value, i) => value / before[i]!);
    const own = Array.from({ length: B }, (_, b) => factors.slice(b * C * H * W, (b + 1) * C * H * W));
    for (const some of own) assertClose(some, some.map(() => some[0]!), 1e-5);
    assert.ok(own.every(([f]) => f! >= 0.5 && f! < 1.5) && new Set(own.map(([f]) => f)).size > 30);
    const chain = data.augmentations(data.randomCrop({ padding: 1, generator }), data.randomFlip({ generator }));
    const [y] = chain([x]);
    y!.sum().backward();
    const used = await flat(x.grad!), now = await flat(y!);
    // A pixel's gradient is how often it was used: once, or not at all.
    assert.deepEqual([...new Set(used)].sort(), [0, 1]);
    assert.equal(used.reduce((a, b) => a + b, 0), now.filter((value) => value !== 0).length);
  });
}

Deno.test("augmentation: the same generator gives the same images on every device, and mistakes are named", async () => {
  const all = await Promise.all(["reference", "cpu"].map(async (kind) => {
    setDefaultDevice(device(kind as "cpu"));
    const generator = new Generator(9);
    return await flat(
      data.augmentations(data.randomCrop({ generator }), data.randomFlip({ generator }))([images()])[0]!,
    );
  }));
  assert.deepEqual(all[0], all[1]);
  assert.throws(() => data.randomFlip({ p: 2 }), /Cannot flip with p 2: a probability is from 0 to 1/);
  assert.throws(() => data.randomCrop({ padding: -1 }), RangeError);
  assert.throws(() => data.randomErase({ share: 0 }), RangeError);
  assert.throws(() => data.randomRotate({ degrees: NaN }), RangeError);
  assert.throws(() => data.randomBrightness({ bounds: [1, 0] }), RangeError);
  assert.throws(() => data.randomCrop()([arange(4)]), /must be images, float32 \[b, c, h, w\], found float32 \[4\]/);
  assert.throws(() => data.augmentations(3 as never), TypeError);
});

for (const kind of testDevices()) {
  Deno.test(`augmentation on ${kind}: what comes in is 0 beside a pixel that is not finite, too`, async () => {
    setDefaultDevice(device(kind));
    const x = tensor([1, 2, 3, Infinity], { shape: [1, 1, 2, 2] });
    const index = (...values: number[]) => tensor(values, { dtype: "int32", shape: [1, 2, 2] });
    const images = { x, shape: [1, 1, 2, 2] } as const;
    const taken = pixelsAt(images, index(0, 1, 1, 2), index(0, 1, 2, 2)); // two of them are outside, nearest to the infinite one
    assert.deepEqual(await flat(taken), [1, Infinity, 0, 0]);
  });
}
