/**
 * Random programs: what the planned engine gives must be what a flush after every operation gives on the reference device.
 *
 * `SONDE_PROGRAMS` sets how many programs run (1000 by default; the full run takes 10,000), `SONDE_PROGRAM` picks one seed.
 */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { outcomeDifference, shrink } from "./compare_programs.ts";
import { testDevices } from "./golden.ts";
import { type Program, showProgram } from "./program.ts";
import { isAllowed } from "./program_model.ts";
import { randomProgram } from "./random_program.ts";
import { type Mode, runProgram } from "./run_program.ts";

const count = Number(Deno.env.get("SONDE_PROGRAMS") ?? 1000);
const only = Deno.env.get("SONDE_PROGRAM");

/** Units of tolerance: bits must be equal on the reference device, whatever was flushed when. */
const UNITS = { reference: 0, cpu: 1, webgpu: 4 } as const;

async function compare(
  program: Program,
  device: Device,
  reference: Device,
  units: number,
  mode: Mode = "planned",
): Promise<string | undefined> {
  const expected = await runProgram(program, reference, "eager");
  return outcomeDifference(await runProgram(program, device, mode), expected, units);
}

for (const kind of testDevices()) {
  // Every fourth program is enough where the others run the same plans; software Vulkan is slow.
  const programs = kind === "cpu"
    ? count
    : kind === "reference"
    ? Math.ceil(count / 4)
    : Math.max(100, Math.ceil(count / 20));
  Deno.test(`${programs} random programs give on ${kind} what eager execution gives on the reference device`, async () => {
    using device = await new Device(kind).ready;
    using reference = await new Device("reference").ready;
    const failures: string[] = [];
    const from = only ? Number(only) : 0, to = only ? from + 1 : programs;
    let failed = 0;
    for (let seed = from; seed < to; seed++) {
      const program = randomProgram(seed);
      const problem = await compare(program, device, reference, UNITS[kind]);
      if (!problem) continue;
      failed++;
      if (failures.length >= 3) continue;
      // Leaving out a keep() may make another error appear: only the same kind of failure counts.
      const kindOf = (text: string) =>
        /Overwritten/.test(text) ? "overwritten" : /threw/.test(text) ? text.replaceAll(/\d+/g, "") : "value";
      const same = kindOf(problem);
      const smallest = await shrink(program, async (candidate) => {
        if (same === "overwritten" && !isAllowed(candidate.instructions, false)) return false;
        const other = await compare(candidate, device, reference, UNITS[kind]);
        return other !== undefined && kindOf(other) === same;
      });
      const now = await compare(smallest, device, reference, UNITS[kind]);
      failures.push(`program ${seed} on ${kind}: ${problem}\nsmallest: ${now}\n${showProgram(smallest)}`);
    }
    if (failed) assert.fail(`${failed} of ${to - from} programs differ\n\n${failures.join("\n\n")}`);
  });
}
