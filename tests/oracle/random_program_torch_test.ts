/** At least 500 random programs give what PyTorch gives (tests/goldens/programs.json), on every device under test. */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { difference, floats, readGolden, testDevices } from "./golden.ts";
import { type Program, showProgram } from "./program.ts";
import { randomProgram } from "./random_program.ts";
import { runProgram } from "./run_program.ts";

interface GoldenProgram {
  seed: number;
  hash: number;
  values: string;
}

const golden = readGolden<{ programs: GoldenProgram[] }>("programs.json").programs;

/** Relative to the largest value of a reading, and to the bound of what was computed. */
const LIMITS = { reference: [1e-6, 1e-7], cpu: [2e-4, 1e-5], webgpu: [1e-3, 5e-5] } as const;

/** CRC-32, as Python's zlib counts it. */
function crc32(text: string): number {
  let crc = -1;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ -1) >>> 0;
}

async function check(
  program: Program,
  values: Float32Array,
  device: Device,
  [relative, ofBound]: readonly [number, number],
) {
  const { readings, error } = await runProgram(program, device, "planned");
  if (error) return `threw ${error}`;
  let at = 0;
  for (const { values: found, variable, shape, bound, instruction } of readings) {
    const expected = values.subarray(at, at += found.length);
    const largest = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const absolute = relative * largest + ofBound * Math.min(bound, 100);
    const off = difference(found, expected, shape, { relative: 0, absolute });
    if (off) return `v${variable} (read by instruction ${instruction}) ${off}`;
  }
  return at === values.length ? undefined : `read ${at} values where PyTorch read ${values.length}`;
}

Deno.test("the programs are those that PyTorch ran", () => {
  const changed = golden.filter(({ seed, hash }) =>
    crc32(JSON.stringify(randomProgram(seed, { torch: true }))) !== hash
  );
  assert.equal(
    changed.length,
    0,
    "The generator has changed: make programs.json again (see tests/goldens/run_programs.py)",
  );
  assert.ok(golden.length >= 500);
});

for (const kind of testDevices()) {
  const some = kind === "webgpu" ? golden.slice(0, 100) : golden;
  Deno.test(`${some.length} random programs give on ${kind} what PyTorch gives`, async () => {
    using device = await new Device(kind).ready;
    const failures: string[] = [];
    for (const { seed, values } of some) {
      const program = randomProgram(seed, { torch: true });
      const problem = await check(program, floats(values), device, LIMITS[kind]);
      if (problem) {
        failures.push(`program ${seed} on ${kind}: ${problem}\n${failures.length ? "" : showProgram(program)}`);
      }
    }
    if (failures.length) {
      assert.fail(`${failures.length} of ${some.length} programs differ\n${failures.slice(0, 12).join("\n")}`);
    }
  });
}
