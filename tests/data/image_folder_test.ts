import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { decodeImage } from "../../lib/data/decode_image.ts";
import { imageFolder } from "../../lib/data/image_folder.ts";
import { DataLoader } from "../../lib/data/loader.ts";
import { resample } from "../../lib/data/resample.ts";
import { readGolden } from "../oracle/golden.ts";
import { assertClose, flat } from "../nn/helpers.ts";

interface Picture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly file: string;
  readonly rgb: readonly number[];
}

const GOLDEN = readGolden<{
  png: readonly Picture[];
  jpeg: readonly Picture[];
  resampled: {
    height: number;
    width: number;
    pixels: readonly number[];
    results: readonly { size: readonly [number, number]; values: readonly number[] }[];
  };
}>("images.json");

const bytesOf = ({ file }: Picture) => Uint8Array.from(atob(file), (c) => c.charCodeAt(0));

Deno.test("decodeImage(): PNG of every depth, palette and transparency, to the bit", async () => {
  for (const picture of GOLDEN.png) {
    const { width, height, channels, pixels } = await decodeImage(bytesOf(picture), 3);
    assert.deepEqual([width, height, channels], [picture.width, picture.height, 3], picture.name);
    assert.deepEqual([...pixels], picture.rgb, picture.name);
  }
});

Deno.test("decodeImage(): JPEG as libjpeg decodes it", async () => {
  for (const picture of GOLDEN.jpeg) {
    const { width, height, pixels } = await decodeImage(bytesOf(picture), 3);
    assert.deepEqual([width, height], [picture.width, picture.height], picture.name);
    assertClose(pixels, picture.rgb, 3); // decoders round their transforms differently
  }
});

Deno.test("decodeImage(): grey by the weights of ITU-R 601", async () => {
  const { pixels } = await decodeImage(bytesOf(GOLDEN.png[0]!), 1);
  assert.deepEqual([...pixels], [76, 150, 29, 18, 242, 67]);
});

Deno.test("decodeImage(): what is damaged, too large or of another format is refused", async () => {
  const png = bytesOf(GOLDEN.png[0]!), jpeg = bytesOf(GOLDEN.jpeg[0]!);
  const huge = png.slice();
  new DataView(huge.buffer).setUint32(16, 100_000);
  new DataView(huge.buffer).setUint32(20, 100_000);
  await assert.rejects(decodeImage(new TextEncoder().encode("GIF89a, or so"), 3), /neither PNG nor JPEG/);
  await assert.rejects(decodeImage(new Uint8Array(0), 3), /neither PNG nor JPEG/);
  await assert.rejects(decodeImage(png.subarray(0, 20), 3), /ends in its header/);
  await assert.rejects(decodeImage(huge, 3), /10,000,000,000 pixels, and at most 100 million are read/);
  await assert.rejects(decodeImage(png.subarray(0, png.length - 20), 3));
  await assert.rejects(decodeImage(jpeg.subarray(0, 30), 3));
});

Deno.test("decodeImage(): a PNG with any byte of its chunks changed is refused, not shown with other pixels", async () => {
  for (const picture of GOLDEN.png) {
    const file = bytesOf(picture);
    for (let at = 8; at < file.length; at++) {
      const changed = file.slice();
      changed[at]! ^= 0x55;
      await assert.rejects(decodeImage(changed, 3), Error, `${picture.name}, byte ${at}`);
    }
  }
});

/** A chunk of a PNG file. */
function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + content.length), view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

Deno.test("decodeImage(): few bytes that unpack to many are refused before they do", async () => {
  const header = new Uint8Array([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
    signature = bytesOf(GOLDEN.png[0]!).slice(0, 8);
  const many = new Uint8Array(deflateSync(new Uint8Array(1 << 29)));
  const file = (...chunks: Uint8Array[]) =>
    new Uint8Array(Buffer.concat([signature, chunk("IHDR", header), ...chunks, chunk("IEND", new Uint8Array(0))]));
  await assert.rejects(
    decodeImage(file(chunk("IDAT", many)), 1),
    /unpack to more than the 70 bytes that its size allows/,
  );
  const one = chunk("IDAT", new Uint8Array(deflateSync(new Uint8Array([0, 7]))));
  const profile = chunk("iCCP", new Uint8Array(Buffer.concat([new Uint8Array([120, 0, 0]), many])));
  assert.deepEqual([...(await decodeImage(file(profile, one), 1)).pixels], [7], "a profile is not unpacked");
  await assert.rejects(decodeImage(file(chunk("IHDR", header), one), 1), /header is not its first chunk/);
});

Deno.test("resample(): PyTorch's interpolate with antialias", () => {
  const { height, width, pixels, results } = GOLDEN.resampled;
  for (const { size: [h, w], values } of results) {
    const image = { height, width, channels: 1, pixels: Uint8Array.from(pixels) } as const;
    assertClose(resample(image, h, w, "squash"), values, 0.5001);
  }
});

Deno.test("resample(): crop takes the middle of the larger side, and keeps channels apart", () => {
  const pixels = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8].flatMap((v) => [v, 10 * v, 100])); // 2 × 4
  assert.deepEqual([...resample({ height: 2, width: 4, channels: 3, pixels }, 2, 2, "crop")], [
    ...[2, 20, 100, 3, 30, 100],
    ...[6, 60, 100, 7, 70, 100],
  ]);
});

/** Runs `body` with a folder of these files. */
async function withFiles(
  files: Record<string, Uint8Array | string>,
  body: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "sonde-images-" });
  try {
    for (const [name, content] of Object.entries(files)) {
      await Deno.mkdir(join(folder, name, ".."), { recursive: true });
      await Deno.writeFile(
        join(folder, name),
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
    }
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const COLOUR = bytesOf(GOLDEN.png[0]!), PALETTE = bytesOf(GOLDEN.png.find(({ name }) => name === "palette of 2 bits")!);

Deno.test("imageFolder(): classes, order, channels first, normalised for each channel", async () => {
  const files = {
    "b/2.png": COLOUR,
    "b/deep/1.PNG": PALETTE,
    "a/x.png": COLOUR,
    "a/notes.txt": "no picture",
    "readme.md": "x",
  };
  await withFiles(files, async (folder) => {
    const mean = [0.5, 0.25, 0], std = [0.5, 1, 2];
    const set = await imageFolder(folder, { size: [2, 3], normalize: { mean, std } });
    assert.deepEqual(set.classes, ["a", "b"]);
    assert.deepEqual(set.files, ["a/x.png", "b/2.png", "b/deep/1.PNG"].map((name) => join(...name.split("/"))));
    const [x, y] = await new DataLoader(set, { batchSize: 3 }).first();
    assert.deepEqual(x!.shape, [3, 3, 2, 3]);
    assert.deepEqual(await flat(y!), [0, 1, 1]);
    const { rgb } = GOLDEN.png[0]!;
    const wanted = [0, 1, 2].flatMap((c) =>
      Array.from({ length: 6 }, (_, i) => (rgb[3 * i + c]! / 255 - mean[c]!) / std[c]!)
    );
    assertClose(await flat(x!.at(1)), wanted, 1e-6);
    const grey = await imageFolder(folder, { size: [2, 3], channels: 1, classes: ["c", "b", "a"] });
    const [z, labels] = await new DataLoader(grey, { batchSize: 1 }).first();
    assert.deepEqual(await flat(labels!), [2]);
    assertClose(await flat(z!), [76, 150, 29, 18, 242, 67].map((v) => v / 255), 1e-6);
  });
});

Deno.test("imageFolder(): pictures come in torchvision's order, those of a folder before those of the folders in it", async () => {
  // torchvision.datasets.ImageFolder(folder).samples
  const wanted = ["10.png", "9.png", "Z.png", "b.png", "B/9.png", "a/1.png", "a-b/q.png", "a/x/0.png"];
  await withFiles(Object.fromEntries(wanted.toSorted().map((name) => [`cat/${name}`, COLOUR])), async (folder) => {
    const { files } = await imageFolder(folder, { size: 2 });
    assert.deepEqual(files, wanted.map((name) => join("cat", ...name.split("/"))));
  });
});

Deno.test("imageFolder(): what cannot be used is named", async () => {
  await withFiles({ "a/x.png": COLOUR, "b/broken.jpg": "no picture at all" }, async (folder) => {
    await assert.rejects(
      imageFolder(folder, { size: 4 }),
      /Cannot use .*broken\.jpg as a picture\. Mend it, or take it out/,
    );
    await assert.rejects(imageFolder(folder, { size: 4, classes: ["a"] }), /"b" is none of the classes a/);
    await assert.rejects(imageFolder(join(folder, "a"), { size: 4 }), /has no picture/);
    const nowhere = imageFolder(join(folder, "nowhere"), { size: 4 }), { NotFound } = Deno.errors;
    await assert.rejects(
      nowhere,
      new NotFound(`Cannot read the folder of pictures ${join(folder, "nowhere")}: there is no such folder`),
    );
    await assert.rejects(imageFolder(folder, { size: 0 }), RangeError);
    await assert.rejects(imageFolder(folder, { size: 4, channels: 2 as 1 }), /2 channels: give 1 or 3/);
    await assert.rejects(imageFolder(folder, { size: 4, fit: "pad" as "crop" }), /"pad"/);
    await assert.rejects(imageFolder(folder, { size: 4, normalize: { mean: [1, 2], std: 1 } }), /mean \[1, 2\]/);
    await assert.rejects(
      imageFolder(folder, { size: 4, normalize: { mean: 0, std: 0 } }),
      /std 0: give a finite number above 0/,
    );
  });
});

Deno.test("imageFolder(): links are followed, also in circles; a class without a picture is named", async () => {
  await withFiles({ "all/a/x.png": COLOUR, "all/c/x.png": COLOUR, "elsewhere/y.png": COLOUR }, async (root) => {
    const folder = join(root, "all");
    await Deno.symlink(join(root, "elsewhere"), join(folder, "b"));
    await Deno.symlink(join(root, "elsewhere", "y.png"), join(folder, "a", "y.png"));
    await Deno.symlink(folder, join(folder, "c", "back"));
    await Deno.symlink(join(root, "nowhere"), join(folder, "d"));
    const set = await imageFolder(folder, { size: 4 }), [, y] = await new DataLoader(set).first();
    assert.deepEqual(set.classes, ["a", "b", "c"]);
    assert.deepEqual(set.files.slice(0, 3), ["a/x.png", "a/y.png", "b/y.png"].map((name) => join(...name.split("/"))));
    assert.deepEqual((await flat(y!)).slice(0, 3), [0, 0, 1]);
    await Deno.mkdir(join(folder, ".hidden"));
    await assert.rejects(
      imageFolder(folder, { size: 4 }),
      /each folder in it is a class, and "\.hidden" without a picture/,
    );
    assert.deepEqual((await imageFolder(folder, { size: 4, classes: ["c", "b", "a"] })).classes, ["c", "b", "a"]);
  });
});
