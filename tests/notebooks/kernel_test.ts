/** The kernel that runs notebooks' cells ends with whoever wanted them, however that ended. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { missing, python } from "./jupyter.ts";

const DRIVER = fileURLToPath(new URL("../../tasks/notebooks/kernel.py", import.meta.url));
const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const BETWEEN = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-B', sys.argv[1]]))";

/** Whether there is a process of that number. */
async function isThere(pid: number): Promise<boolean> {
  const code = `import os, sys\ntry: os.kill(${pid}, 0)\nexcept ProcessLookupError: sys.exit(1)`;
  return (await new Deno.Command(python!, { args: ["-c", code] }).output()).success;
}

/** Starts a kernel by Python with these arguments, waits until a cell of it computes without end, and ends that Python by a signal. */
async function endedBy(signal: Deno.Signal, args: readonly string[]): Promise<void> {
  const child = new Deno.Command(python!, { args: [...args], stdin: "piped", stdout: "piped", stderr: "null" }).spawn();
  const cells = [{ code: "console.log(Deno.pid)" }, { code: "await new Promise(() => setInterval(() => {}, 1000))" }];
  const task = { deno: Deno.execPath(), folder: FOLDER, seconds: 100, stop: true, cells };
  const input = child.stdin.getWriter(), output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await input.write(new TextEncoder().encode(JSON.stringify(task)));
  await input.close();
  const { value } = await output.read(), pid = Number(/"text": "(\d+)/.exec(value!)?.[1]);
  assert.ok(await isThere(pid), value);
  child.kill(signal);
  await child.status;
  await output.cancel();
  for (let tries = 0; await isThere(pid); tries++) {
    assert.ok(tries < 60, `the kernel goes on after ${signal}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

Deno.test({
  name: `a notebook's kernel ends when the task is ended${missing}`,
  ignore: !python,
  fn: () => endedBy("SIGTERM", ["-B", DRIVER]),
});

Deno.test({
  name: `a notebook's kernel ends when the task is killed${missing}`,
  ignore: !python,
  fn: () => endedBy("SIGKILL", ["-c", BETWEEN, DRIVER]),
});
