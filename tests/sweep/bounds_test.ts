/**
 * A trial's WebAssembly has bounds unless somebody said that its code is trusted: without them it could leave Deno's sandbox.
 *
 * @module
 */
import assert from "node:assert/strict";
import { FAST_FLAGS } from "../../lib/device/v8_flags.ts";
import type { TrialLine } from "../../lib/sweep/record.ts";
import { plan, runTask, withFolder } from "./helpers.ts";

/** What became of each trial, with V8's flags in the coordinator's environment. */
const bounds = (flags: string, args: readonly string[] = []) =>
  withFolder(async (out) => {
    const { lines, stderr } = await runTask(
      "sweep",
      [plan("bounds"), "--device", "cpu", "--workers", "1", "--out", out, "--json", ...args],
      { env: { DENO_V8_FLAGS: flags, SONDE_V8: "" } },
    );
    assert.equal(lines.length, 2, stderr);
    const rows = lines.map((line) => JSON.parse(line) as TrialLine);
    return Object.fromEntries(
      rows.map(({ params, status, metrics }) => [params.what, status === "done" ? metrics.bounded : status]),
    );
  });

Deno.test("sweep: trials' memory has bounds, also where the environment takes them away", async () => {
  for (const flags of ["--max-lazy", FAST_FLAGS, `${FAST_FLAGS},--no_wasm_bounds_checks`]) {
    assert.deepEqual(await bounds(flags), { words: 1, read: 1 }, flags);
  }
});

Deno.test("sweep --trusted: trials run under the fast flags", async () => {
  const { words, read } = await bounds("--max-lazy", ["--trusted"]);
  assert.equal(words, 0);
  assert.notEqual(read, 1); // it reads, or is ended by the system
});
