import assert from "node:assert/strict";
import { DataFileError, gunzip, parseIdx } from "../../lib/data/idx.ts";

const bytes = (...values: number[]) => new Uint8Array(values);

/** Checks the error's kind, that it names the file, and its words. */
function refuses(file: Uint8Array, words: RegExp): void {
  assert.throws(() => parseIdx(file, "some/labels.gz"), (error) => {
    assert.ok(error instanceof DataFileError);
    assert.equal(error.file, "some/labels.gz");
    assert.match(
      error.message,
      /^Cannot read some\/labels\.gz as an IDX file: expected .*, found .*; get the file again/,
    );
    assert.match(error.message, words);
    return true;
  });
}

Deno.test("parseIdx() reads sizes and elements of any rank", () => {
  assert.deepEqual(parseIdx(bytes(0, 0, 8, 1, 0, 0, 0, 3, 4, 5, 6), "a"), { shape: [3], data: bytes(4, 5, 6) });
  const images = parseIdx(bytes(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 255), "b");
  assert.deepEqual(images, { shape: [1, 1, 2], data: bytes(7, 255) });
  assert.deepEqual(parseIdx(bytes(0, 0, 8, 1, 0, 0, 0, 0), "c"), { shape: [0], data: bytes() });
});

Deno.test("parseIdx() reads a view that does not begin at its buffer's start", () => {
  const file = bytes(9, 9, 9, 0, 0, 8, 1, 0, 0, 0, 1, 42).subarray(3);
  assert.deepEqual(parseIdx(file, "a").data, bytes(42));
});

Deno.test("parseIdx() says what is wrong with a file, and what to do", () => {
  refuses(bytes(0, 0, 8), /at least 4 bytes, found 3 bytes/);
  refuses(bytes(1, 2, 8, 1, 0, 0, 0, 0), /two zero bytes, found 0x01020801/);
  refuses(bytes(0x1f, 0x8b, 8, 0), /gzip file: unpack it first/);
  refuses(bytes(0, 0, 0x0d, 1, 0, 0, 0, 0), /type 0x08 \(unsigned bytes\), found type 0x0d \(32-bit floats\)/);
  refuses(bytes(0, 0, 0x77, 1, 0, 0, 0, 0), /found type 0x77 \(unknown\)/);
  refuses(bytes(0, 0, 8, 0), /at least one dimension, found none/);
  refuses(bytes(0, 0, 8, 3, 0, 0, 0, 1), /a header of 16 bytes, found 8 bytes: the file is cut short/);
  refuses(bytes(0, 0, 8, 1, 0, 0, 0, 5, 1, 2), /5 bytes of data for shape \[5\], found 2: the file is cut short/);
  refuses(bytes(0, 0, 8, 1, 0, 0, 0, 1, 1, 2), /1 bytes of data for shape \[1\], found 2: 1 bytes too many/);
});

async function gzip(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([content]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

Deno.test("gunzip() unpacks, and says when a file is not gzip, cut short or damaged", async () => {
  const content = new Uint8Array(5000).map((_, i) => (i * i) >> 3);
  const packed = await gzip(content);
  assert.deepEqual(await gunzip(packed, "a.gz"), content);
  const damaged = packed.slice();
  damaged[damaged.length - 6]! ^= 0xff;
  await assert.rejects(gunzip(bytes(60, 104, 116, 109, 108), "a.gz"), {
    name: "DataFileError",
    message: /^Cannot unpack a\.gz: expected a gzip file that begins with 1f 8b, found 3c 68; /,
  });
  await assert.rejects(gunzip(bytes(), "a.gz"), { message: /found an empty file/ });
  for (const wrong of [packed.subarray(0, 100), damaged]) {
    await assert.rejects(gunzip(wrong, "a.gz"), {
      name: "DataFileError",
      file: "a.gz",
      message: /^Cannot unpack a\.gz: expected a whole gzip file, found a damaged one or one cut short/,
    });
  }
});

const join = (...parts: readonly Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]));
const text = (content: string) => new TextEncoder().encode(content);

/** A gzip file whose header has these flags, and these fields behind its fixed part. */
async function withHeader(content: string, flags: number, fields: Uint8Array): Promise<Uint8Array> {
  return join(bytes(0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 2, 255), fields, (await gzip(text(content))).subarray(10));
}

Deno.test("gunzip() takes gzip as others write it", async () => {
  const pieces = await Promise.all(["hel", "", "lo ", "world"].map((piece) => gzip(text(piece))));
  const whole = await gzip(text("hello world"));
  const long = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) >> 5);
  const files: Record<string, Uint8Array> = {
    "several files one after the other": join(...pieces),
    "several, and zeros after them": join(...pieces, new Uint8Array(3)),
    "zeros up to the end of a block": join(whole, new Uint8Array(512)),
    "a name": await withHeader("hello world", 8, text("train-images\0")),
    "a comment": await withHeader("hello world", 16, text("by hand\0")),
    "fields of its own": await withHeader("hello world", 4, join(bytes(6, 0), text("BC\x02\0\x1b\0"))),
    "all of them": await withHeader("hello world", 29, join(bytes(1, 0, 9), text("a\0"), text("b\0"))),
    "a second file with a name": join(await gzip(text("hello ")), await withHeader("world", 8, text("b\0"))),
  };
  for (const [what, file] of Object.entries(files)) {
    assert.equal(new TextDecoder().decode(await gunzip(file, what)), "hello world", what);
  }
  const parts = await Promise.all([0, 70_000, 140_000].map((at) => gzip(long.slice(at, at + 70_000))));
  assert.deepEqual(await gunzip(join(...parts), "long.gz"), long);
});

Deno.test("gunzip() refuses a second file that is damaged, and what is no gzip behind the first", async () => {
  const first = await gzip(text("hello")), second = await gzip(text("world"));
  for (const wrong of [join(first, second.subarray(0, 12)), join(first, text("junk")), join(first, damage(second))]) {
    await assert.rejects(gunzip(wrong, "a.gz"), { name: "DataFileError", message: /expected a whole gzip file/ });
  }
  await assert.rejects(gunzip(join(first, second), "a.gz", 9), { message: /expected at most 9 bytes, found more/ });
});

function damage(packed: Uint8Array): Uint8Array {
  const damaged = packed.slice();
  damaged[damaged.length - 6]! ^= 0xff;
  return damaged;
}
