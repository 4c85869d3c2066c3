/** Which device a lesson opens, and what its first process has to say about that. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { Device, device } from "../../lib/device/device.ts";
import { gpuSearch, NO_GPU } from "../../tasks/lesson/gpu_search.ts";
import { openDevice } from "../../tasks/lesson/open_device.ts";
import { inFolder } from "../in_folder.ts";

/** Counts how often a GPU is looked for while `work` runs, and finds none. */
async function lookups(work: () => Promise<void>): Promise<number> {
  const { gpu } = navigator, own = Object.getOwnPropertyDescriptor(gpu, "requestAdapter");
  let count = 0;
  Object.defineProperty(gpu, "requestAdapter", {
    configurable: true,
    value: () => {
      count++;
      return Promise.resolve(null);
    },
  });
  try {
    await work();
  } finally {
    if (own) Object.defineProperty(gpu, "requestAdapter", own);
    else Reflect.deleteProperty(gpu, "requestAdapter");
  }
  return count;
}

/** Without the user's own choice. */
async function unset(work: () => Promise<void>): Promise<void> {
  const value = Deno.env.get("SONDE_DEVICE");
  Deno.env.delete("SONDE_DEVICE");
  try {
    await work();
  } finally {
    if (value !== undefined) Deno.env.set("SONDE_DEVICE", value);
  }
}

const silent = new Promise<string>(() => {});

Deno.test("openDevice(): where the first process has found no GPU, none is looked for again", () =>
  unset(async () => {
    const open = (said: Promise<string>) => async () => {
      const device = await openDevice({ device: undefined, threads: 1 }, said);
      await device.ready;
      assert.equal(device.kind, "cpu");
      device.dispose();
    };
    assert.equal(await lookups(open(Promise.resolve(NO_GPU))), 0);
    assert.equal(await lookups(open(Promise.resolve("a GPU"))), 1);
    assert.equal(await lookups(open(silent)), 1, "it does not wait for ever");
  }));

Deno.test("gpuSearch(): only for a device that nobody has named", () =>
  unset(async () => {
    assert.equal(gpuSearch({ device: "cpu" }), undefined);
    Deno.env.set("SONDE_DEVICE", "webgpu");
    assert.equal(gpuSearch({ device: undefined }), undefined);
    assert.equal(typeof gpuSearch({ device: "auto" }), "function");
    const count = await lookups(async () => assert.equal(await gpuSearch({ device: "auto" })!(), NO_GPU));
    assert.equal(count, 1);
  }));

Deno.test("startAgain(): the first process tells the second what it has found out, or nothing if that fails", () =>
  inFolder(async (folder) => {
    const start = JSON.stringify(new URL("../../tasks/start.ts", import.meta.url).href),
      second = join(folder, "second.ts");
    await Deno.writeTextFile(
      second,
      `import { endWithParent } from ${start};
       const silence = new Promise((resolve) => setTimeout(() => resolve("nothing"), 1000));
       console.log("heard " + await Promise.race([endWithParent(), silence]));
       Deno.exit();`,
    );
    for (
      const [findOut, heard] of [["() => Promise.resolve('a word')", "a word"], ["() => Promise.reject(1)", "nothing"]]
    ) {
      const first = join(folder, "first.ts");
      await Deno.writeTextFile(
        first,
        `import { startAgain } from ${start};
         await startAgain(new URL(${JSON.stringify(pathToFileURL(second).href)}), {}, [], undefined, ${findOut});`,
      );
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-prompt", "--no-lock", `--allow-run=${Deno.execPath()}`, first],
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      assert.equal(new TextDecoder().decode(stdout), `heard ${heard}\n`);
    }
  }));

Deno.test("openDevice(): threads of a GPU that was found and not named are refused", () =>
  unset(async () => {
    const kind = Object.getOwnPropertyDescriptor(Device.prototype, "kind")!;
    Object.defineProperty(Device.prototype, "kind", { configurable: true, get: () => "webgpu" });
    try {
      await assert.rejects(
        lookups(async () => void await openDevice({ device: undefined, threads: 2 }, silent)),
        { name: "UsageError", message: /--threads is for the cpu device, found a GPU: add --device cpu, or leave out/ },
      );
    } finally {
      Object.defineProperty(Device.prototype, "kind", kind);
    }
    device("auto", { threads: 2 }).dispose();
  }));
