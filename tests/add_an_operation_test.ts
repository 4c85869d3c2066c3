/**
 * docs/add_an_operation.md, followed to the letter: its changes are made in a copy of the project, the kernels are built, the types are
 * checked, and both operations run on every device.
 *
 * @module
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { testDevices } from "./oracle/golden.ts";
import { run } from "./tasks/command.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What the build, the check and the script need. */
const NEEDED = [
  "mod.ts",
  "deno.json",
  "deno.lock",
  "lib",
  "kernels",
  "tasks",
  "tests/ops",
  "tests/device",
];

async function copy(from: string, to: string): Promise<void> {
  if ((await Deno.stat(from)).isFile) {
    await Deno.mkdir(dirname(to), { recursive: true });
    return Deno.copyFile(from, to);
  }
  for await (const { name } of Deno.readDir(from)) await copy(join(from, name), join(to, name));
}

/** A hunk's text before and after: lines that begin with a space are in both. */
function sides(hunk: string): { before: string; after: string } {
  const lines = hunk.replace(/\n$/, "").split("\n");
  const side = (other: string) =>
    lines.filter((line) => !line.startsWith(other)).map((line) => `${line.slice(1)}\n`).join("");
  return { before: side("+"), after: side("-") };
}

/** Makes the change that a block of the page tells; its first line names the file. */
async function follow(block: string, folder: string): Promise<void> {
  const [, path, hunks] = block.match(/^\+\+\+ (\S+)\n([\s\S]*)$/)!;
  const file = join(folder, path!);
  let text = await Deno.readTextFile(file).catch(() => "");
  for (const hunk of hunks!.split(/^@@\n/m)) {
    const { before, after } = sides(hunk);
    if (before === "") {
      assert.equal(text, "", `${path} exists already`);
      text = after;
      continue;
    }
    assert.equal(text.split(before).length - 1, 1, `${path} must have these lines once:\n${before}`);
    text = text.replace(before, () => after);
  }
  await Deno.writeTextFile(file, text);
}

const SCRIPT = `
import { device, setDefaultDevice, tensor } from "./mod.ts";
for (const name of Deno.args) {
  setDefaultDevice(device(name));
  const x = tensor([[-3, 0, 1], [0.5, 7, -1]]).requiresGrad_();
  const y = x.softsign().mirror(1);
  y.mul(tensor([[1, 2, 3], [4, 5, 6]])).sum().backward();
  console.log(JSON.stringify([await y.array(), await x.grad.array()]));
}
`;

Deno.test("docs/add_an_operation.md: its changes compile, build and run on every device", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sonde-operation-" });
  const deno = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(args, { cwd: folder });
    assert.equal(code, 0, `deno ${args.join(" ")}\n${stdout}\n${stderr}`);
    return stdout;
  };
  try {
    for (const path of NEEDED) await copy(join(ROOT, path), join(folder, path));
    const page = await Deno.readTextFile(join(ROOT, "docs", "add_an_operation.md"));
    const blocks = [...page.matchAll(/```diff\n([\s\S]*?)```/g)].map(([, block]) => block!);
    assert.ok(blocks.length > 10);
    for (const block of blocks) await follow(block, folder);
    await deno("task", "kernels");
    await deno("task", "kernels", "--check");
    await deno("check", "mod.ts", "lib", "tests/ops", "tests/device/conformance_run.ts");
    const names = testDevices();
    for (const name of names.filter((name) => name !== "reference")) {
      const conformance = ["tests/device/conformance_run.ts", name, "mirror,pointwise", "20"];
      await deno("run", "--no-prompt", "--allow-read", "--allow-env", ...conformance);
    }
    await Deno.writeTextFile(join(folder, "try.ts"), SCRIPT);
    const printed = await deno("run", "--no-prompt", "--allow-read", "--allow-env", "try.ts", ...names);
    const softsign = (x: number) => x / (1 + Math.abs(x)), slope = (x: number) => 1 / (1 + Math.abs(x)) ** 2;
    const x = [[-3, 0, 1], [0.5, 7, -1]], weights = [[3, 2, 1], [6, 5, 4]];
    const wanted = [
      x.map((row) => row.map(softsign).reverse()),
      x.map((row, i) => row.map((value, j) => slope(value) * weights[i]![j]!)),
    ].flat(2);
    const lines = printed.trim().split("\n");
    assert.equal(lines.length, names.length);
    for (const line of lines) {
      const found = (JSON.parse(line) as number[][][]).flat(2);
      found.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]!) < 1e-6, `${line}: ${value}, ${wanted[i]}`));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
