/**
 * The plans that come with the project.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describePlan } from "../../lib/sweep/expand.ts";
import { isSweep } from "../../lib/sweep/plan.ts";
import { ROOT } from "../tasks/command.ts";

const PLANS = { first: 12, norms: 378, batch_size: 60, lsuv_depth: 48 };

Deno.test("every plan under tasks/sweeps is a sweep of so many trials, and docs/sweeps.md says so", async () => {
  const found = [...Deno.readDirSync(join(ROOT, "tasks/sweeps"))].map(({ name }) => name.replace(/\.ts$/, ""));
  assert.deepEqual(found.filter((name) => name !== "training").sort(), Object.keys(PLANS).sort());
  const docs = await Deno.readTextFile(join(ROOT, "docs/sweeps.md"));
  for (const [name, trials] of Object.entries(PLANS)) {
    const { default: plan } = await import(new URL(`../../tasks/sweeps/${name}.ts`, import.meta.url).href);
    assert.ok(isSweep(plan));
    assert.equal(describePlan(plan).trials.length, trials, name);
    assert.match(docs, new RegExp(`\`${name}\\.ts\`[^\\n]*\\| ${trials} +\\|`));
  }
});
