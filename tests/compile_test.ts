/**
 * `deno compile` of a script that imports `mod.ts`. The program that it builds on, denort, is a download; where there is none, another program
 * stands in for it, and the test looks at what was put behind it. With `SONDE_TEST_COMPILE=1` the real one is fetched, or is what `DENORT_BIN`
 * names, and the program trains.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ROOT, run } from "./tasks/command.ts";

const SCRIPT = `
import { data, device, F, Learner, lessons, Recorder, setDefaultDevice, setSeed } from "${pathToFileURL(ROOT)}mod.ts";

const to = device(Deno.args[0], Deno.args[0] === "cpu" ? { threads: 2 } : {});
setDefaultDevice(to);
setSeed(42);
const dls = data.DataLoaders.fromRaw(await data.loadRaw("garments"), { batchSize: 64, limit: 256 });
const recorder = new Recorder();
await Learner.of(lessons.initWeights(lessons.getModel()), dls).loss(F.crossEntropy).lr(0.1).watch(recorder).fit(1);
console.log(JSON.stringify([...recorder.losses, ...recorder.validLosses]));
`;
/** Deno 2.9 follows the import of WebAssembly as a source when it runs a script, and not when it compiles one. */
const KERNELS = join(ROOT, "kernels/cpu/kernels.wasm");

async function inFolder(test: (compile: (include: string[], denort?: string) => Promise<string>) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "sonde-compile-" });
  const script = join(folder, "train.ts"), output = join(folder, "train");
  await Deno.writeTextFile(script, SCRIPT);
  try {
    await test(async (include, denort) => {
      const { code, stderr } = await run(
        ["compile", "--no-check", "--allow-read", ...include.map((name) => `--include=${name}`), "-o", output, script],
        { cwd: folder, ...(denort ? { env: { DENORT_BIN: denort } } : {}) },
      );
      assert.equal(code, 0, stderr);
      return output;
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: "deno compile takes all that Sonde loads, the kernels by --include",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (compile) => {
      const bytes = async (path: string) => Buffer.from(await Deno.readFile(path));
      const { stdout } = await run(["info", "--json", join(ROOT, "mod.ts")]);
      const { modules } = JSON.parse(stdout) as { modules: readonly { specifier: string }[] };
      // Not TypeScript: it is put there as JavaScript.
      const files = modules.flatMap(({ specifier }) => specifier.startsWith("file:") ? fileURLToPath(specifier) : [])
        .filter((path) => !path.endsWith(".ts"));
      assert.ok(files.includes(KERNELS) && files.length > 30, `${files.length} files`);

      const program = await bytes(await compile([KERNELS], "/bin/true"));
      for (const path of files) assert.ok(program.includes(await bytes(path)), `${path} is not in the program`);

      const without = await bytes(await compile([], "/bin/true"));
      assert.ok(!without.includes(await bytes(KERNELS)), "no need for --include any more: docs/browser_and_node.md");
    }),
});

Deno.test({
  name: "a compiled script trains on the cpu with two threads, and on webgpu, with the losses of the script",
  ignore: Deno.env.get("SONDE_TEST_COMPILE") !== "1",
  fn: () =>
    inFolder(async (compile) => {
      const program = await compile([KERNELS], Deno.env.get("DENORT_BIN"));
      const losses = async (command: string, ...args: string[]) => {
        const { code, stdout, stderr } = await new Deno.Command(command, { args }).output();
        assert.equal(code, 0, new TextDecoder().decode(stderr));
        return new TextDecoder().decode(stdout);
      };
      for (const device of ["cpu", ...Deno.env.get("SONDE_TEST_DEVICES")?.includes("webgpu") ? ["webgpu"] : []]) {
        const wanted = await losses(Deno.execPath(), "run", "--no-check", "--allow-read", `${program}.ts`, device);
        assert.equal(await losses(program, device), wanted);
      }
    }),
});
