/** What the page runs: the conformance programs, then the goldens. The test calls `run` and gets a {@linkcode PageResult}. */
import { seen, settled } from "./gpu.ts";
import { counted, subgroup } from "./conformance.ts";
import "../../oracle/ops_test.ts";
import "../../oracle/statistics_test.ts";
import "../../oracle/semantics_test.ts";
import "../../oracle/training_test.ts";
import { tests } from "./deno.ts";

/** What came of it. */
export interface PageResult {
  readonly programs: number;
  /** Golden tests that passed, and those of them that are trainings. */
  readonly goldens: number;
  readonly trainings: number;
  /** WGSL modules that were compiled. */
  readonly modules: number;
  /** Those of them with subgroups, and how many invocations these have at least. */
  readonly withSubgroups: number;
  readonly subgroup: number;
  readonly failures: string[];
  /** Seconds of each test. */
  readonly seconds: Record<string, number>;
}

async function run(): Promise<PageResult> {
  const failures: string[] = [], seconds: Record<string, number> = {};
  let goldens = 0, trainings = 0;
  for (const { name, fn, ignore } of tests) {
    if (ignore) continue;
    const start = performance.now();
    Object.assign(globalThis, { running: name });
    try {
      await fn({ step: async (_, run) => await run() });
      if (!name.startsWith("programs: ")) goldens++;
      if (name.startsWith("training steps ")) trainings++;
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.stack : error}`);
    }
    seconds[name] = (performance.now() - start) / 1000;
  }
  await settled();
  failures.push(...seen.messages, ...seen.errors);
  const { modules, withSubgroups } = seen;
  const { programs } = counted;
  return { programs, goldens, trainings, modules, withSubgroups, subgroup: await subgroup(), failures, seconds };
}

Object.assign(globalThis, { run });
