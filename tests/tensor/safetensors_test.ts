/** safetensors: written to the byte as the format says, read with every type, and no file believed beyond its bytes. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Device } from "../../lib/device/device.ts";
import {
  encodeSafetensors,
  loadSafetensors,
  SafetensorsError,
  safetensorsMetadata,
  saveSafetensors,
} from "../../lib/tensor/safetensors.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { readGolden, testDevices } from "../oracle/golden.ts";

const golden = readGolden<{ all: string; own: string }>("safetensors.json");
const bytes = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** A file with a header of one's own. */
function file(header: unknown, data: readonly number[] = [], length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const out = new Uint8Array(8 + text.length + data.length);
  new DataView(out.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  out.set(text, 8);
  out.set(data, 8 + text.length);
  return out;
}

const f32 = (shape: unknown, offsets: unknown) => ({ dtype: "F32", shape, data_offsets: offsets });

for (const kind of testDevices()) {
  Deno.test(`loadSafetensors() reads every type into the nearest of this library's (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const found = await loadSafetensors(bytes(golden.all), { device });
    const shown = Object.fromEntries(
      await Promise.all(
        Object.entries(found).map(async ([name, t]) => [name, [t.dtype, [...t.shape], [...await t.toTypedArray()]]]),
      ),
    );
    const deep = kind === "reference" ? [0.1, -1e300] : [Math.fround(0.1), -Infinity];
    assert.deepEqual(shown, {
      "norm.num_batches_tracked": ["int32", [], [7]],
      deep: ["float32", [2], deep],
      "0.bias": ["float32", [3], [1.5, -0.25, Infinity]],
      "0.weight": ["float32", [2, 3], [0, 1, 2, 3, 4, 5]],
      'Ünïcode "quoted"': ["float32", [1], [3.25]],
      count: ["int32", [2, 1], [-5, 2 ** 31 - 1]],
      brain: ["float32", [4], [1, -2.5, 3.140625, shown.brain![2]![3]]],
      half: ["float32", [3], [1, 0.00006097555160522461, -65504]],
      empty: ["int32", [0, 4], []],
      tiny: ["int32", [2], [-128, 127]],
      bytes: ["uint8", [5], [0, 1, 2, 3, 4]],
      mask: ["bool", [3], [1, 0, 1]],
    });
    assert.ok(Math.abs(Number(shown.brain![2]![3]) / 1e-38 - 1) < 1 / 64);
    assert.deepEqual(await safetensorsMetadata(bytes(golden.all)), { format: "pt" });
  });

  Deno.test(`encodeSafetensors() writes the bytes that the format's description gives (${kind})`, async () => {
    using device = await new Device(kind).ready;
    const all = await loadSafetensors(bytes(golden.own), { device });
    // Names in another order than the file's.
    const tensors = Object.fromEntries(Object.entries(all).reverse());
    const options = { metadata: { format: "pt" }, wide: (name: string) => name.endsWith("tracked") };
    assert.deepEqual(await encodeSafetensors(tensors, options), bytes(golden.own));
  });
}

Deno.test("saveSafetensors() and loadSafetensors() take paths and URLs of files and servers", async () => {
  const folder = await Deno.makeTempDir(), path = `${folder}/new/x.safetensors`;
  try {
    await saveSafetensors(path, { x: tensor([1, 2, 3]), 10: tensor(4), 9: tensor([true]) });
    assert.deepEqual([...Deno.readDirSync(`${folder}/new`)].map(({ name }) => name), ["x.safetensors"]);
    const all = await Deno.readFile(path);
    for (const from of [path, new URL(`file://${path}`), `file://${path}`, all, Buffer.from(all)]) {
      const { x, 9: nine, 10: ten } = await loadSafetensors(from);
      assert.deepEqual([await x!.array(), await nine!.array(), await ten!.item()], [[1, 2, 3], [true], 4]);
    }
    await assert.rejects(
      () => loadSafetensors(`${folder}/none.safetensors`),
      /Cannot read safetensors file .*none.*no such file/,
    );
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async ({ url }) =>
        url.endsWith("x") ? new Response(await Deno.readFile(path)) : new Response("", { status: 404 }),
    );
    const at = `http://127.0.0.1:${server.addr.port}/`;
    assert.deepEqual(await (await loadSafetensors(new URL(`${at}x`))).x!.array(), [1, 2, 3]);
    await assert.rejects(() => loadSafetensors(`${at}y`), /the server answered 404/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a file that claims what is not there is refused, by the tensor's name", async () => {
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(3), /at least 10 bytes, found 3/],
    [file("{}", [], 2n ** 60n), /a header of 1152921504606846976 bytes follows, found 2 bytes/],
    [file("[]"), /begins with byte 91/],
    [file('{"a": '), /its header is no JSON/],
    [file({ a: f32([2], [0, 8]) }), /"a" ends at byte 8 of the data, which has 0/],
    [file({ a: f32([2], [0, 4]) }, [1, 2, 3, 4]), /"a" of type F32 and shape \[2\] takes 8 bytes, found 4/],
    [file({ a: f32([2 ** 30, 2 ** 30], [0, 4]) }, [1, 2, 3, 4]), /"a" of type F32 and shape/],
    [
      file({ a: f32([0, 2 ** 53 - 1], [0, 0]) }, []),
      /"a" has the shape \[0, 9007199254740991\]: expected sizes up to 2147483647, as tensors have, found 9007199254740991 at 1$/,
    ],
    [file({ a: f32([...Array(30).fill(2 ** 40), 0], [0, 0]) }, []), /"a" has the shape .* found 1099511627776 at 0$/],
    [
      file({ a: f32([...Array(34).fill(2 ** 31 - 1), 0], [0, 4]) }, [1, 2, 3, 4]),
      /"a" of type F32 .* takes 0 bytes, found 4/,
    ],
    [file({ a: f32([-1], [0, 4]) }, [1, 2, 3, 4]), /"a", shape\.0/],
    [file({ a: f32([1.5], [0, 6]) }, [1, 2, 3, 4, 5, 6]), /"a", shape\.0/],
    [file({ a: { ...f32([1], [0, 4]), dtype: "F31" } }, [1, 2, 3, 4]), /"a", dtype/],
    [file({ a: { ...f32([1], [0, 4]), more: 1 } }, [1, 2, 3, 4]), /"a"/],
    [file({ a: 3 }), /"a"/],
    [file({ a: f32([1], [4, 8]) }, [1, 2, 3, 4, 5, 6, 7, 8]), /"a" begins at byte 4 of the data, expected 0/],
    [file({ a: f32([1], [0, 4]), b: f32([1], [0, 4]) }, [1, 2, 3, 4]), /"b" begins at byte 0 of the data, expected 4/],
    [file({ a: f32([1], [0, 4]) }, [1, 2, 3, 4, 5]), /its tensors take 4 bytes, found 5/],
    [file({ __metadata__: { epochs: 3 } }), /__metadata__ holds texts/],
    [file({ a: { dtype: "F8_E4M3", shape: [1], data_offsets: [0, 1] } }, [1]), /"a" of type F8_E4M3: floats of 8 bits/],
    [
      file({ a: { dtype: "I64", shape: [1], data_offsets: [0, 8] } }, [0, 0, 0, 128, 0, 0, 0, 0]),
      /"a" of type I64: .* element 0 is 2147483648/,
    ],
    [file({ a: { dtype: "U32", shape: [1], data_offsets: [0, 4] } }, [255, 255, 255, 255]), /element 0 is 4294967295/],
  ];
  for (const [bytes, message] of cases) {
    await assert.rejects(() => loadSafetensors(bytes), (error: Error) => {
      assert.ok(error instanceof SafetensorsError, String(error));
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("what is no tensor, no text or no source is refused", async () => {
  const wrong = (value: unknown) => value as never;
  await assert.rejects(
    () => encodeSafetensors({ a: wrong(3) }),
    /Cannot save "a" as safetensors: expected a tensor, found number/,
  );
  await assert.rejects(() => encodeSafetensors(tensor([1]) as never), /one tensor: write \{ name: tensor \}/);
  await assert.rejects(() => encodeSafetensors(wrong(null)), /found null/);
  await assert.rejects(() => encodeSafetensors({ __metadata__: tensor(1) }), /keeps that name/);
  await assert.rejects(
    () => encodeSafetensors({}, { metadata: { epochs: wrong(3) } }),
    /"epochs".*texts alone, found number/,
  );
  await assert.rejects(() => loadSafetensors(wrong(undefined)), /expected a path, a URL or bytes, found undefined/);
});
