import assert from "node:assert/strict";
import { join } from "node:path";
import { FAST_FLAGS } from "../../lib/device/v8_flags.ts";
import { v8Flags } from "../../tasks/start.ts";
import { inFolder } from "../in_folder.ts";
import { ROOT, task } from "./command.ts";

const LESSON = ["initialization", "--runs", "A4", "--limit", "512", "--epochs", "1", "--device", "cpu"];

/** The line with which a task names its device. */
async function deviceLine(name: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  const { code, lines, stderr } = await task(name, args, { env });
  assert.equal(code, 0, stderr);
  const line = lines.find((line) => line.includes("WebAssembly SIMD"));
  assert.ok(line, lines.join("\n"));
  return line;
}

Deno.test("lesson and bench run under the fast flags, and SONDE_V8 has the last word", async () => {
  const out = await Deno.makeTempDir({ prefix: "sonde-flags-" });
  try {
    const tasks: [string, string[]][] = [
      ["lesson", [...LESSON, "--out", out]],
      ["bench", ["plain-2", "--device", "cpu", "--seconds", "1"]],
    ];
    for (const [name, args] of tasks) {
      assert.match(await deviceLine(name, args, { SONDE_V8: "" }), /, unchecked memory\)$/, name);
      assert.match(await deviceLine(name, args, { SONDE_V8: ",--wasm-bounds-checks" }), /threads?\)$/, name);
    }
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("lesson --json: the same figures with and without checks of memory", async () => {
  const figures = async (flags: string) => {
    const { code, lines, stderr } = await task("lesson", [...LESSON, "--json"], { env: { SONDE_V8: flags } });
    assert.equal(code, 0, stderr);
    return lines.map((line) => ({ ...JSON.parse(line), seconds: 0 }));
  };
  assert.deepEqual(await figures(""), await figures(",--wasm-bounds-checks"));
});

Deno.test("deno.json names the flags that the library names", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json"))) as {
    tasks: Record<string, { command: string }>;
  };
  for (const [name, { command }] of Object.entries(tasks)) {
    const flags = /^DENO_V8_FLAGS=(\S+) /.exec(command)?.[1];
    assert.equal(
      flags,
      ["bench", "diagnose-bench", "test-unchecked"].includes(name) ? `${FAST_FLAGS}$SONDE_V8` : undefined,
      name,
    );
    assert.doesNotMatch(command, /--v8-flags/, name);
  }
});

Deno.test("v8Flags(): the environment's own flags stay, and those for untrusted code end with checks", () => {
  const before = ["DENO_V8_FLAGS", "SONDE_V8"].map((name) => [name, Deno.env.get(name)] as const);
  try {
    Deno.env.set("DENO_V8_FLAGS", "--max-old-space-size=4096");
    Deno.env.set("SONDE_V8", ",--wasm-bounds-checks");
    assert.equal(v8Flags(true), `--max-old-space-size=4096,${FAST_FLAGS},--wasm-bounds-checks`);
    assert.equal(v8Flags(false), "--max-old-space-size=4096,--wasm-bounds-checks");
    Deno.env.set("DENO_V8_FLAGS", FAST_FLAGS);
    assert.equal(v8Flags(false), `${FAST_FLAGS},--wasm-bounds-checks`);
    Deno.env.delete("SONDE_V8");
    Deno.env.delete("DENO_V8_FLAGS");
    assert.deepEqual([v8Flags(true), v8Flags(false)], [FAST_FLAGS, "--wasm-bounds-checks"]);
  } finally {
    for (const [name, value] of before) value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
  }
});

Deno.test("lesson, sweep --trusted: flags that V8 does not know are refused by their variable, before any work", () =>
  inFolder(async (out) => {
    const remedy = "Correct it, or unset it; deno --v8-flags=--help lists the flags";
    const plan = join(ROOT, "tasks", "sweeps", "first.ts");
    for (const [name, args] of [["lesson", LESSON], ["sweep", [plan, "--trusted"]]] as const) {
      for (
        const [flags, words] of [
          [",--nonsense", "V8 did not recognize flag '--nonsense'"],
          [",--help", "it ran nothing, and ended with code 0"],
        ] as const
      ) {
        const { code, stdout, stderr } = await task(name, [...args, "--out", out], { env: { SONDE_V8: flags } });
        assert.equal(
          stderr.trimEnd(),
          `${name}: SONDE_V8 must hold flags of V8, found "${flags}": ${words}. ${remedy}`,
        );
        assert.deepEqual([code, stdout], [2, ""]);
      }
    }
    assert.deepEqual([...Deno.readDirSync(out)], []);
  }));
