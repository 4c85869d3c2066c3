import assert from "node:assert/strict";
import { join } from "node:path";
import { kernelFolder } from "../../tasks/jupyter/folder.ts";
import { v8Flags } from "../../tasks/start.ts";
import { task } from "./command.ts";

Deno.test("kernelFolder(): where each system's Jupyter looks for a user's kernels", () => {
  const variables = { HOME: "/home/a", APPDATA: "C:\\a" };
  const of = (all: Record<string, string>, os: typeof Deno.build.os) => kernelFolder((name) => all[name], os);
  const kernel = (...folder: string[]) => join(...folder, "kernels", "sonde");
  assert.equal(of(variables, "linux"), kernel("/home/a/.local/share/jupyter"));
  assert.equal(of({ ...variables, XDG_DATA_HOME: "/d" }, "linux"), kernel("/d/jupyter"));
  assert.equal(of(variables, "darwin"), kernel("/home/a/Library/Jupyter"));
  assert.equal(of(variables, "windows"), kernel("C:\\a", "jupyter"));
  for (const os of ["linux", "darwin", "windows"] as const) {
    assert.equal(of({ ...variables, JUPYTER_DATA_DIR: "/j" }, os), kernel("/j"));
    assert.throws(() => of({}, os), /Jupyter's folder is not known: set JUPYTER_DATA_DIR/);
  }
});

Deno.test("jupyter: installs a kernel with the flags, and takes it away", async () => {
  const data = await Deno.makeTempDir({ prefix: "sonde-jupyter-" });
  try {
    const env = { JUPYTER_DATA_DIR: data, SONDE_V8: "" }, file = join(data, "kernels", "sonde", "kernel.json");
    for (let again = 0; again < 2; again++) {
      const { code, stdout, stderr } = await task("jupyter", [], { env });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^Installed the kernel "Deno \(Sonde\)" at .*sonde\. Choose it/);
    }
    const { argv, language, env: variables } = JSON.parse(await Deno.readTextFile(file));
    assert.deepEqual(argv, [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"]);
    assert.equal(language, "typescript");
    assert.equal(variables.DENO_V8_FLAGS, v8Flags(true));
    assert.match((await task("jupyter", ["--remove"], { env })).stdout, /^Removed /);
    assert.match((await task("jupyter", ["--remove"], { env })).stdout, /^There is no kernel at /);
    const { code, stderr } = await task("jupyter", ["now"], { env });
    assert.deepEqual([code, stderr.trim()], [2, "jupyter: it takes no argument, found now"]);
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});

/** Something goes wrong in one line before anything is written. */
async function refused(env: Record<string, string>, line: string, args: readonly string[] = []): Promise<void> {
  const { code, stdout, stderr } = await task("jupyter", args, { env });
  assert.equal(stderr.trimEnd(), `jupyter: ${line}`);
  assert.deepEqual([code, stdout], [2, ""]);
}

Deno.test("jupyter: a variable that names a file is refused by its name", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sonde-jupyter-" });
  const file = join(folder, "file"), remedy = "Set JUPYTER_DATA_DIR to what jupyter --data-dir prints";
  try {
    await Deno.writeTextFile(file, "kept");
    for (const args of [[], ["--remove"]]) {
      const found = `JUPYTER_DATA_DIR must name a folder, found "${file}", which is a file. ${remedy}`;
      await refused({ JUPYTER_DATA_DIR: file }, found, args);
    }
    await Deno.mkdir(join(folder, "data", "kernels"), { recursive: true });
    const kernel = join(folder, "data", "kernels", "sonde"), data = join(folder, "data");
    await Deno.writeTextFile(kernel, "kept");
    await refused(
      { JUPYTER_DATA_DIR: data },
      `JUPYTER_DATA_DIR must name a folder, found "${data}": ${kernel} is a file. ${remedy}`,
      ["--remove"],
    );
    assert.equal(await Deno.readTextFile(kernel), "kept");
    if (Deno.build.os !== "linux") return;
    await refused(
      { JUPYTER_DATA_DIR: "", XDG_DATA_HOME: file },
      `XDG_DATA_HOME must name a folder, found "${file}", which is a file. ${remedy}`,
    );
    await refused(
      { JUPYTER_DATA_DIR: "/proc/jupyter" },
      `JUPYTER_DATA_DIR must name a folder, found "/proc/jupyter": Deno lets no program without all permissions ` +
        `into system folders such as /proc, /dev and /sys. ${remedy}`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("jupyter: flags under which Deno does not start are refused in V8's words, but a kernel can be taken away", async () => {
  const data = await Deno.makeTempDir({ prefix: "sonde-jupyter-" });
  const remedy = "Correct it, or unset it; deno --v8-flags=--help lists the flags";
  try {
    for (
      const [flags, words] of [
        [",--nonsense", "V8 did not recognize flag '--nonsense'"],
        [",--help", "it ran nothing, and ended with code 0"],
      ] as const
    ) {
      const env = { JUPYTER_DATA_DIR: data, SONDE_V8: flags };
      await refused(env, `SONDE_V8 must hold flags of V8, found "${flags}": ${words}. ${remedy}`);
      assert.deepEqual([...Deno.readDirSync(data)], []);
      assert.match((await task("jupyter", ["--remove"], { env })).stdout, /^There is no kernel at /);
    }
  } finally {
    await Deno.remove(data, { recursive: true });
  }
});
