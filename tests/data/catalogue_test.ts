import assert from "node:assert/strict";
import { join } from "node:path";
import { type DataName, loadRaw, type Progress } from "../../lib/data/catalogue.ts";
import { PUBLISHED } from "../../lib/data/published.ts";
import { inFolder } from "../in_folder.ts";

async function gzip(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([content]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A tiny published set of two training images and one test image, in place of MNIST while `body` runs. */
async function withTinyMnist(body: (packed: Map<string, Uint8Array<ArrayBuffer>>) => Promise<void>): Promise<void> {
  const published = PUBLISHED as Record<string, (typeof PUBLISHED)["mnist"]>;
  const whole = published["mnist"]!;
  const packed = new Map<string, Uint8Array<ArrayBuffer>>();
  const file = async (name: string, header: number[], data: Uint8Array) => {
    const content = new Uint8Array([...header, ...data]);
    packed.set(name, await gzip(content));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    return {
      file: name,
      bytes: content.length,
      sha256: Array.from(digest, (b) => b.toString(16).padStart(2, "0")).join(""),
    };
  };
  const images = (n: number) => [0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, 28, 0, 0, 0, 28];
  const labels = (n: number) => [0, 0, 8, 1, 0, 0, 0, n];
  published["mnist"] = {
    ...whole,
    files: {
      trainImages: await file("train-images-idx3-ubyte.gz", images(2), new Uint8Array(1568).map((_, i) => i)),
      trainLabels: await file("train-labels-idx1-ubyte.gz", labels(2), new Uint8Array([3, 4])),
      testImages: await file("t10k-images-idx3-ubyte.gz", images(1), new Uint8Array(784).fill(9)),
      testLabels: await file("t10k-labels-idx1-ubyte.gz", labels(1), new Uint8Array([5])),
    },
  };
  const data = Deno.env.get("SONDE_DATA");
  Deno.env.delete("SONDE_DATA");
  try {
    await body(packed);
  } finally {
    published["mnist"] = whole;
    if (data !== undefined) Deno.env.set("SONDE_DATA", data);
    else Deno.env.delete("SONDE_DATA");
  }
}

const nameOf = (url: string) => url.slice(url.lastIndexOf("/") + 1);

const serving = (packed: Map<string, Uint8Array<ArrayBuffer>>, asked: string[] = []) => (url: string) => {
  asked.push(url);
  return Promise.resolve(new Response(packed.get(nameOf(url))!));
};

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

const offline = () => Promise.reject(new TypeError("no route to host"));

Deno.test("loadRaw() downloads once, checks, caches, and reads the cache from then on", () =>
  withTinyMnist((packed) =>
    inFolder(async (cacheDir) => {
      const asked: string[] = [], progress: Progress[] = [];
      const options = { cacheDir, fetch: serving(packed, asked), onProgress: (p: Progress) => void progress.push(p) };
      const first = await loadRaw("mnist", options);
      assert.equal(asked.length, 4);
      assert.ok(asked[0]!.startsWith("https://ossci-datasets.s3.amazonaws.com/mnist/"));
      assert.equal(first.train.count, 2);
      assert.equal(first.test.count, 1);
      assert.deepEqual(first.train.labels, new Uint8Array([3, 4]));
      assert.equal(first.train.images.length, 2 * 784);
      assert.equal(first.train.images[783], 783 & 255);
      assert.equal(progress.at(-1)!.received, packed.get("t10k-labels-idx1-ubyte.gz")!.length);
      assert.deepEqual(names(join(cacheDir, "mnist")), [...packed.keys()].sort());
      const again = await loadRaw("mnist", { cacheDir, fetch: offline });
      assert.deepEqual(again, first);
    })
  ));

Deno.test("loadRaw() takes the next mirror when one fails, and what mirrors pack differently", () =>
  withTinyMnist((packed) =>
    inFolder(async (cacheDir) => {
      const fetch = (url: string) =>
        url.includes("ossci")
          ? Promise.resolve(new Response("<html>", { status: 503, statusText: "Service Unavailable" }))
          : serving(packed)(url);
      assert.equal((await loadRaw("mnist", { cacheDir, fetch })).train.count, 2);
    })
  ));

Deno.test("loadRaw() refuses a download with a wrong checksum and leaves nothing in the cache", () =>
  withTinyMnist((packed) =>
    inFolder(async (cacheDir) => {
      const wrong = await gzip(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 9]));
      const fetch = (url: string) =>
        Promise.resolve(new Response(nameOf(url) === "train-labels-idx1-ubyte.gz" ? wrong : packed.get(nameOf(url))!));
      await assert.rejects(loadRaw("mnist", { cacheDir, fetch }), {
        name: "DataFileError",
        message:
          /train-labels.* was not found(.|\n)*Wrong checksum of https:.*: expected SHA-256 [0-9a-f]{64} .*, found [0-9a-f]{64}; get/,
      });
      assert.deepEqual(names(join(cacheDir, "mnist")), ["train-images-idx3-ubyte.gz"]);
    })
  ));

Deno.test("loadRaw() refuses a transfer that breaks off and leaves nothing in the cache", () =>
  withTinyMnist((packed) =>
    inFolder(async (cacheDir) => {
      const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
        const whole = packed.get(nameOf(request.url))!;
        return new Response(whole.subarray(0, whole.length >> 1));
      });
      const url = `http://127.0.0.1:${server.addr.port}/`;
      const fetch = (address: string, init: { signal: AbortSignal }) => globalThis.fetch(url + nameOf(address), init);
      await assert.rejects(
        loadRaw("mnist", { cacheDir, fetch }),
        /expected a whole gzip file, found a damaged one or one cut/,
      );
      assert.deepEqual(names(cacheDir), []);
      await server.shutdown();
    })
  ));

Deno.test("loadRaw() fills a damaged cache anew", () =>
  withTinyMnist((packed) =>
    inFolder(async (cacheDir) => {
      await loadRaw("mnist", { cacheDir, fetch: serving(packed) });
      const path = join(cacheDir, "mnist", "t10k-labels-idx1-ubyte.gz");
      await Deno.writeFile(path, new Uint8Array([0x1f, 0x8b, 0]));
      await assert.rejects(loadRaw("mnist", { cacheDir, fetch: offline }), /cache: Cannot unpack .*t10k-labels/);
      const asked: string[] = [];
      await loadRaw("mnist", { cacheDir, fetch: serving(packed, asked) });
      assert.equal(asked.length, 1);
      assert.deepEqual(await Deno.readFile(path), packed.get("t10k-labels-idx1-ubyte.gz"));
    })
  ));

Deno.test("loadRaw() without cache and network names every place and three remedies", () =>
  withTinyMnist(() =>
    inFolder(async (cacheDir) => {
      await assert.rejects(loadRaw("mnist", { cacheDir, fetch: offline }), (error: Error) => {
        for (
          const part of [
            "Cannot load mnist: train-images-idx3-ubyte.gz was not found",
            "SONDE_DATA: not set",
            `cache: ${join(cacheDir, "mnist", "train-images-idx3-ubyte.gz")}: no such file`,
            "https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz: no route to host",
            "https://storage.googleapis.com/cvdf-datasets/mnist/train-images-idx3-ubyte.gz: no route to host",
            "set SONDE_DATA to a folder",
            "run once with a network",
            "--dataset garments",
          ]
        ) assert.ok(error.message.includes(part), `${part} is not in: ${error.message}`);
        return true;
      });
    })
  ));

Deno.test("loadRaw() takes the folder that SONDE_DATA names, and no other place if a file is missing or wrong there", () =>
  withTinyMnist((packed) =>
    inFolder(async (folder) => {
      Deno.env.set("SONDE_DATA", folder);
      const fetch = () => assert.fail("went to the network");
      await assert.rejects(loadRaw("mnist", { fetch }), {
        name: "DataFileError",
        message: new RegExp(
          `SONDE_DATA is ${folder}, expected the file .*train-images.*, found: no such file; put the`,
        ),
      });
      await Deno.mkdir(join(folder, "mnist"));
      for (const [name, bytes] of packed) await Deno.writeFile(join(folder, "mnist", name), bytes);
      assert.equal((await loadRaw("mnist", { fetch })).test.labels[0], 5);
      await Deno.writeFile(
        join(folder, "mnist", "t10k-labels-idx1-ubyte.gz"),
        packed.get("train-labels-idx1-ubyte.gz")!,
      );
      await assert.rejects(
        loadRaw("mnist", { fetch }),
        /Wrong checksum of .*t10k-labels-idx1-ubyte\.gz: expected SHA-256/,
      );
      await assert.rejects(
        loadRaw("mnist", { dir: "/nowhere", fetch }),
        /the option dir is \/nowhere, expected the file/,
      );
    })
  ));

Deno.test("loadRaw() can be aborted, before and during a download", () =>
  withTinyMnist(() =>
    inFolder(async (cacheDir) => {
      await assert.rejects(loadRaw("mnist", { cacheDir, signal: AbortSignal.abort() }), { name: "AbortError" });
      const control = new AbortController();
      const fetch = (_: string, { signal }: { signal: AbortSignal }) => {
        setTimeout(() => control.abort(), 5);
        return new Promise<Response>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      };
      await assert.rejects(loadRaw("mnist", { cacheDir, signal: control.signal, fetch }), { name: "AbortError" });
      assert.deepEqual(names(cacheDir), []);
    })
  ));

Deno.test("loadRaw() names an unknown data set and those that it knows", async () => {
  await assert.rejects(loadRaw("cifar" as DataName), {
    name: "RangeError",
    message: 'Cannot load the data set "cifar": expected one of garments, mnist, fashion-mnist',
  });
  await assert.rejects(loadRaw("toString" as DataName), RangeError);
});

Deno.test({
  name: "loadRaw() without permissions prompts for nothing and says which flags are missing",
  permissions: { env: false, read: false, write: false, net: false },
  fn: async () => {
    await assert.rejects(loadRaw("fashion-mnist"), (error: Error) => {
      assert.match(error.message, /SONDE_DATA: reading it is not allowed \(--allow-env=SONDE_DATA\)/);
      assert.match(error.message, /cache: not known: reading .* is not allowed/);
      assert.match(error.message, /the network is not allowed \(--allow-net=fashion-mnist\.s3/);
      return true;
    });
  },
});

for (const name of ["mnist", "fashion-mnist"] as const) {
  const data = Deno.env.get("SONDE_DATA");
  Deno.test({
    name: `loadRaw() reads the published ${name} (needs SONDE_DATA)`,
    ignore: data === undefined,
    fn: async () => {
      const { train, test, classes } = await loadRaw(name);
      assert.deepEqual([train.count, test.count, classes.length], [60_000, 10_000, 10]);
      assert.equal(train.images.length, 60_000 * 784);
      assert.deepEqual([...train.labels.subarray(0, 5)], name === "mnist" ? [5, 0, 4, 1, 9] : [9, 0, 0, 3, 0]);
    },
  });
}

Deno.test("loadRaw(): an address that sends more than a file has is given up, announced or not", () =>
  withTinyMnist((packed) =>
    inFolder(async (cacheDir) => {
      let sent = 0, cancelled = false;
      const endless = () =>
        new ReadableStream<Uint8Array<ArrayBuffer>>({
          pull(controller) {
            sent += 65_536;
            controller.enqueue(new Uint8Array(65_536));
          },
          cancel() {
            cancelled = true;
          },
        }, { highWaterMark: 0 });
      const fetchEndless = () => Promise.resolve(new Response(endless()));
      await assert.rejects(
        loadRaw("mnist", { cacheDir, fetch: fetchEndless }),
        /it sends more than the 67120 bytes that were expected/,
      );
      assert.ok(cancelled);
      assert.ok(sent < 10 * 65_536, `${sent} bytes`);
      const fetchAnnounced = () =>
        Promise.resolve(new Response(endless(), { headers: { "content-length": "9999999999" } }));
      sent = 0;
      await assert.rejects(loadRaw("mnist", { cacheDir, fetch: fetchAnnounced }), /it sends more than the 67120 bytes/);
      assert.equal(sent, 0);
      // A small file that unpacks to a large one.
      const bomb = await gzip(new Uint8Array(50_000_000));
      assert.ok(bomb.length < 67_000);
      const fetchBomb = (url: string) =>
        Promise.resolve(new Response(nameOf(url).startsWith("train-images") ? bomb : packed.get(nameOf(url))!));
      await assert.rejects(
        loadRaw("mnist", { cacheDir, fetch: fetchBomb }),
        /expected at most 67120 bytes, found more/,
      );
    })
  ));

Deno.test("loadRaw() reads files that were unpacked, under their own name or without the suffix, and checks them all the same", () =>
  withTinyMnist((packed) =>
    inFolder(async (dir) => {
      const folder = join(dir, "mnist");
      await Deno.mkdir(folder);
      const unpacked = new Map<string, Uint8Array<ArrayBuffer>>();
      for (const [name, file] of packed) {
        const stream = new Blob([file]).stream().pipeThrough(new DecompressionStream("gzip"));
        unpacked.set(name, new Uint8Array(await new Response(stream).arrayBuffer()));
      }
      const [images, ...rest] = [...unpacked.keys()];
      await Deno.writeFile(join(folder, images!), unpacked.get(images!)!);
      for (const name of rest) await Deno.writeFile(join(folder, name.replace(/\.gz$/, "")), unpacked.get(name)!);
      const { train, test } = await loadRaw("mnist", { dir });
      assert.deepEqual(train.labels, new Uint8Array([3, 4]));
      assert.equal(train.images[783], 783 & 255);
      assert.deepEqual(test.labels, new Uint8Array([5]));
      await inFolder(async (cacheDir) => {
        // A server that says Content-Encoding: gzip has fetch unpack what it sends.
        await loadRaw("mnist", { cacheDir, fetch: serving(unpacked) });
        assert.deepEqual((await loadRaw("mnist", { cacheDir, fetch: offline })).test.labels, new Uint8Array([5]));
      });
      unpacked.get(images!)![700]! ^= 1;
      await Deno.writeFile(join(folder, images!), unpacked.get(images!)!);
      await assert.rejects(loadRaw("mnist", { dir }), /Wrong checksum of .*train-images/);
    })
  ));
