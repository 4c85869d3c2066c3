/** Tensors in a notebook: how they are laid out, what of them is read, and the pixels. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import { Device } from "../../lib/device/device.ts";
import "../../lib/plot/tensor_picture.ts";
import { Generator, type Tensor, tensor, zeros } from "../../lib/tensor/mod.ts";
import { testDevices } from "../oracle/golden.ts";

type Displayed = Record<symbol, () => Promise<Record<string, string>>>;
const displayed = (t: Tensor) => (t as unknown as Displayed)[Symbol.for("Jupyter.display")]!();

/** The pixels of the PNG images in an output: of each its size and its rows' bytes, without their filter. */
function images(html: string): { width: number; height: number; rows: number[][] }[] {
  const svg = decodeURIComponent(/src="data:image\/svg\+xml,([^"]*)"/.exec(html)![1]!);
  return [...svg.matchAll(/href="data:image\/png;base64,([^"]*)"/g)].map(([, text]) => {
    const png = Buffer.from(text!, "base64"), width = png.readUInt32BE(16), height = png.readUInt32BE(20);
    const at = png.indexOf("IDAT"), data = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
    const stride = data.length / height;
    return {
      width,
      height,
      rows: Array.from({ length: height }, (_, y) => [...data.subarray(y * stride + 1, (y + 1) * stride)]),
    };
  });
}

/** Sizes of the images, the same for all, and how many there are. */
async function layout(t: Tensor): Promise<string> {
  const all = images((await displayed(t))["text/html"]!),
    { width, height } = all[0]!;
  return `${all.length} of ${width} × ${height}`;
}

for (const kind of testDevices()) {
  Deno.test(`a notebook shows matrices, images and facets (${kind})`, async () => {
    using device = await new Device(kind).ready;
    assert.deepEqual(await displayed(tensor([[1, 2], [3, 4]], { device })), {
      "text/plain": "tensor([[1., 2.],\n        [3., 4.]])",
    });
    assert.deepEqual(Object.keys(await displayed(zeros([101], { device }))), ["text/plain"]);
    assert.equal(await layout(zeros([12, 10], { device })), "1 of 10 × 12");
    assert.equal(await layout(zeros([300, 157], { device })), "1 of 79 × 100");
    assert.equal(await layout(zeros([2, 1, 28, 28], { device })), "2 of 28 × 28");
    assert.equal(await layout(zeros([40, 3, 50, 64], { device })), "32 of 32 × 25");
    assert.equal(await layout(zeros([3, 9, 9], { device })), "1 of 9 × 9");
    assert.equal(await layout(zeros([5, 9, 9], { device })), "5 of 9 × 9");
    assert.equal(await layout(zeros([8, 16, 5, 5], { device })), "48 of 5 × 5");
    assert.equal(await layout(zeros([2, 3, 4, 5, 6], { device })), "24 of 6 × 5");
  });

  Deno.test(`pixels are means of blocks; what is not finite has a colour of its own (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const t = zeros([258, 130], { device });
    t.narrow(0, 255, 3).fill_(254); // in blocks of three rows the last has all of them
    t.narrow(0, 0, 1).narrow(1, 0, 1).fill_(NaN);
    const { width, height, rows } = images((await displayed(t))["text/html"]!)[0]!;
    assert.deepEqual([width, height], [65, 86]);
    assert.deepEqual([rows[0]![0], rows[0]![1], rows[84]![0], rows[85]![64]], [255, 0, 0, 254]);
  });

  Deno.test(`values that are all one have a colour of the scale (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const holed = zeros([12, 10], { device }).add(3);
    holed.narrow(0, 0, 1).narrow(1, 0, 1).fill_(NaN);
    const many = zeros([300, 157], { device }).add(1e9), colours = zeros([2, 3, 8, 8], { device }).add(7);
    for (
      const [t, wanted] of [[zeros([12, 10], { device }), [0]], [holed, [0, 255]], [many, [0]], [colours, [0]]] as const
    ) {
      const codes = images((await displayed(t))["text/html"]!).flatMap(({ rows }) => rows.flat());
      assert.deepEqual([...new Set(codes)].sort((a, b) => a - b), wanted);
    }
  });

  Deno.test(`colours come in their order, by one read of four bytes a pixel (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const generator = new Generator(3),
      values = Float32Array.from({ length: 3 * 8 * 8 }, () => Math.round(generator.uniform() * 254));
    values[0] = 0;
    values[1] = 254;
    const t = tensor(values, { shape: [1, 3, 8, 8], device }).keep();
    const backend = await device.backend(), download = backend.download.bind(backend), read: number[] = [];
    backend.download = (buffers) => {
      read.push(buffers.reduce((sum, { bytes }) => sum + bytes, 0));
      return download(buffers);
    };
    let html: string;
    try {
      html = (await displayed(t))["text/html"]!;
    } finally {
      backend.download = download;
    }
    assert.deepEqual(read, [88 + 4 * 64]);
    const wanted = Array.from({ length: 64 }, (_, p) => [values[p], values[64 + p], values[128 + p]]);
    assert.deepEqual(images(html)[0]!.rows.flat(), wanted.flat());
  });
}
