/**
 * Observing changes nothing: a program gives the same bits on cpu with reads, keeps and flushes added at random points, and with a flush after
 * every operation; and training gives the same bits with any number of threads.
 */
import assert from "node:assert/strict";
import { Device } from "../../lib/device/device.ts";
import { outcomeDifference } from "./compare_programs.ts";
import { testDevices } from "./golden.ts";
import { type Instruction, type Program, showProgram } from "./program.ts";
import { isAllowed } from "./program_model.ts";
import { randomProgram } from "./random_program.ts";
import { TestRandom } from "./random.ts";
import { type Outcome, runProgram } from "./run_program.ts";
import { batchOf, byHand, runs } from "./training.ts";

/** Marks of added reads: their variables are left out of the comparison. */
const ADDED = -1;

/** The program with reads, keeps and flushes added where what survives a flush lets the rest go on. */
function observed(program: Program): Program {
  const random = new TestRandom(program.seed + 1e6);
  let instructions = program.instructions;
  for (let k = 0; k < 6; k++) {
    const at = 1 + random.below(instructions.length);
    const before = instructions.slice(0, at);
    const variables = before.flatMap((i) => "out" in i ? [i.out] : []);
    if (!variables.length) continue;
    const x = variables[Math.max(0, variables.length - 1 - random.below(6))]!;
    const extra: Instruction = random.chance(0.7)
      ? { op: "read", xs: [x], bounds: [ADDED] }
      : random.chance(0.5)
      ? { op: "keep", x }
      : { op: "flush" };
    const candidate = [...before, extra, ...instructions.slice(at)];
    if (isAllowed(candidate, true)) instructions = candidate;
  }
  return { ...program, instructions };
}

/** The outcome without the added reads. */
function original({ readings, error }: Outcome): Outcome {
  return { readings: readings.filter((reading) => reading.bound !== ADDED), error };
}

if (testDevices().includes("cpu")) {
  Deno.test("reads, keeps and flushes added at random points change no bit on cpu", async () => {
    using device = await new Device("cpu").ready;
    const failures: string[] = [];
    let added = 0;
    for (let seed = 0; seed < 400; seed++) {
      const program = randomProgram(seed, { torch: true }), watched = observed(program);
      added += watched.instructions.length - program.instructions.length;
      const expected = await runProgram(program, device, "planned");
      const off = outcomeDifference(original(await runProgram(watched, device, "planned")), expected, 0);
      if (off) failures.push(`program ${seed}: ${off}${failures.length ? "" : `\n${showProgram(watched)}`}`);
    }
    assert.ok(added > 400, `only ${added} observations were added`);
    if (failures.length) assert.fail(`${failures.length} programs differ\n${failures.join("\n")}`);
  });

  Deno.test("a flush after every operation changes no bit on cpu", async () => {
    using device = await new Device("cpu").ready;
    const failures: string[] = [];
    for (let seed = 0; seed < 400; seed++) {
      const program = randomProgram(seed, { torch: true });
      const expected = await runProgram(program, device, "planned");
      const off = outcomeDifference(await runProgram(program, device, "eager"), expected, 0);
      if (off) failures.push(`program ${seed}: ${off}${failures.length ? "" : `\n${showProgram(program)}`}`);
    }
    if (failures.length) assert.fail(`${failures.length} programs differ\n${failures.join("\n")}`);
  });

  Deno.test("training gives the same bits with 1, 2 and 3 threads, and with reads in mid-step", async () => {
    const run = runs[1]!;
    const train = async (threads: number, watch: boolean) => {
      using device = await new Device("cpu", { threads }).ready;
      const { step, first } = byHand(run, device);
      const losses: number[] = [];
      for (let s = 0; s < run.labels.length; s++) {
        const [x, y] = batchOf(run, s, device);
        const loss = step(x, y);
        if (watch && s % 2) await Promise.all([x.mean().item(), first[0]!.std().item()]);
        losses.push(await loss.item());
      }
      const weights = await Promise.all(first.map((p) => p.toTypedArray()));
      return [losses, ...weights.map((w) => Array.from(w))];
    };
    const expected = await train(1, false);
    assert.ok(expected[0]!.every(Number.isFinite));
    for (const [threads, watch] of [[2, false], [3, false], [1, true], [2, true]] as const) {
      assert.deepEqual(await train(threads, watch), expected, `${threads} threads${watch ? ", watched" : ""}`);
    }
  });
}
