/**
 * Runs random programs on one backend against the reference, and prints the first failures in detail:
 *
 *     deno run --allow-read --allow-env --allow-sys --allow-net --unstable-webgpu tests/device/conformance_run.ts \
 *       BACKEND [KIND[,KIND…]|all] [COUNT] [SEED] [--threads N] [--slack X] [--failures N]
 *
 * KIND is a kernel's name, or `sequence`. For cpu without --threads, threads 1 and 2 are compared as well.
 */
import { parseArgs } from "node:util";
import { type BackendName, openBackend } from "./backends.ts";
import { assertSameBits, checkAgainstReference, runOnce } from "./conformance.ts";
import { PROGRAM_KINDS, randomProgram } from "./random_programs.ts";

const { positionals, values } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: { threads: { type: "string" }, slack: { type: "string" }, failures: { type: "string", default: "3" } },
});
const [name = "reference", filter = "all", count = "50", seed = "1"] = positionals;
const kinds = filter === "all" ? PROGRAM_KINDS : PROGRAM_KINDS.filter((kind) => filter.split(",").includes(kind));
if (kinds.length === 0) {
  console.error(`Cannot find the kind ${filter}: one of ${PROGRAM_KINDS.join(", ")}, or all`);
  Deno.exit(2);
}
const opened = await openBackend(name as BackendName, values.threads ? { threads: Number(values.threads) } : {});
if ("missing" in opened) {
  console.error(`Skipped: ${opened.missing}`);
  Deno.exit(1);
}
const { backend } = opened;
console.log(backend.description);
const other = name === "cpu" && !values.threads ? await openBackend("cpu", { threads: 1 }) : undefined;
const third = name === "cpu" && !values.threads ? await openBackend("cpu", { threads: 2 }) : undefined;
let failed = 0;
for (const kind of kinds) {
  let failures = 0, compared = 0, written = 0, worst = 0, worstLabel = "";
  const start = performance.now();
  for (let i = Number(seed); i < Number(seed) + Number(count); i++) {
    const { label, program, inputs, exact } = randomProgram(kind, i);
    try {
      const result = await checkAgainstReference(backend, program, inputs, {
        label,
        exact,
        ...(values.slack ? { slack: Number(values.slack) } : {}),
      });
      compared += result.compared;
      written += result.written;
      if (result.worst > worst) [worst, worstLabel] = [result.worst, label];
      if (result.contents.length > 0) {
        assertSameBits(result.contents, await runOnce(backend, program, inputs), `${label}: two runs`);
        for (const peer of [other, third]) {
          if (!peer || "missing" in peer) continue;
          const contents = await runOnce(peer.backend, program, inputs);
          assertSameBits(result.contents, contents, `${label}: other threads`);
        }
      }
    } catch (error) {
      if (failures++ < Number(values.failures)) {
        console.error(`\nFAILED ${label}\n${error instanceof Error ? error.stack : error}`);
      }
    }
  }
  failed += failures;
  const share = written === 0 ? 100 : 100 * compared / written;
  console.log(
    `${failures === 0 ? "ok    " : "FAILED"} ${kind}: ${failures} of ${count} failed, ${compared} elements compared ` +
      `(${share.toFixed(1)}%), worst error ${worst.toFixed(3)} of its tolerance${
        worst > 0.5 ? ` in ${worstLabel}` : ""
      }, ` +
      `${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
}
backend.dispose();
for (const peer of [other, third]) if (peer && "backend" in peer) peer.backend.dispose();
Deno.exit(failed === 0 ? 0 : 1);
