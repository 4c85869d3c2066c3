/**
 * Teams of invocations: their WGSL, with subgroups of all sizes and without, is run here invocation by invocation, and must fold the same members in
 * the same order. What compilers make of it is for tests/browser, where there are subgroups of four.
 */
import assert from "node:assert/strict";
import { mergedDispatches } from "../../lib/device/webgpu/merge.ts";
import { spread } from "../../lib/device/spread.ts";
import { teamText, withSubgroups } from "../../lib/device/webgpu/teams.ts";
import type { ProgramKind } from "./random_programs.ts";
import { randomProgram } from "./random_programs.ts";
import { probe, webgpuTest } from "./webgpu_cases.ts";

const THREADS = 256;
const PLAIN = teamText({ name: "foldTeam", type: "f32", memory: "team", fold: "fold" });

/** What an invocation waits for: the others at a barrier, or a partner's number. */
type Wait = "barrier" | { readonly value: string; readonly mask: number };
type Invocation = (own: string, local: number, members: number, stride: number) => Generator<Wait, string, string>;

/** A function of WGSL as a generator; numbers are the history of what was folded. */
function invocation(wgsl: string, team: string[]): Invocation {
  const text = wgsl.replace("enable subgroups;", "")
    .replace(/fn foldTeam\(.*\) -> f32/, "return function* (own, local, members, stride)")
    .replaceAll("var ", "let ").replace(/(\d+)u\b/g, "$1").replaceAll("half /= 2", "half >>= 1").replaceAll(
      "members / 2",
      "members >> 1",
    )
    .replaceAll("workgroupBarrier()", 'yield "barrier"')
    .replace(/subgroupShuffleXor\((\w+), ([^)]+)\)/g, "yield { value: $1, mask: $2 }");
  const fold = (a: string, b: string) => `(${a} ${b})`;
  return new Function("team", "fold", text)(team, fold) as Invocation;
}

/** What the first members of all teams have in the end, and how many barriers that took. */
function folded(wgsl: string, size: number, members: number, stride: number): { results: string[]; barriers: number } {
  const run = invocation(wgsl, new Array<string>(THREADS).fill("unset"));
  const all = Array.from({ length: THREADS }, (_, local) => run(`${local}`, local, members, stride));
  let states = all.map((each) => each.next()), barriers = 0;
  while (!states[0]!.done) {
    const waits = states.map(({ value }) => value as Wait), exchanges = waits[0] !== "barrier";
    if (!exchanges) barriers++;
    states = all.map((each, local) => {
      const wait = waits[local]!;
      assert.equal(wait !== "barrier", exchanges, "all wait for the same");
      if (wait === "barrier") return each.next("");
      const partner = local ^ wait.mask;
      assert.equal(
        Math.floor(partner / size),
        Math.floor(local / size),
        `${local} and ${partner} share a subgroup of ${size}`,
      );
      return each.next((waits[partner] as Exclude<Wait, "barrier">).value);
    });
  }
  const first = (_: unknown, local: number) => Math.floor(local / stride) % members === 0;
  return { results: states.map(({ value }) => value as string).filter(first), barriers };
}

Deno.test("a team folds in the same order with subgroups of any size, and meets at fewer barriers", () => {
  assert.equal(folded(PLAIN, 1, 4, 1).results[1], "((4 6) (5 7))");
  for (let size = 4; size <= 128; size *= 2) {
    const text = withSubgroups(PLAIN, size);
    for (let members = 1; members <= THREADS; members *= 2) {
      for (let stride = 1; stride * members <= THREADS; stride *= 2) {
        const plain = folded(PLAIN, 1, members, stride), by = folded(text, size, members, stride);
        assert.deepEqual(by.results, plain.results, `${members} members, ${stride} apart, subgroups of ${size}`);
        // A barrier a round; none for partners nearer than the size.
        assert.equal(plain.barriers, Math.log2(members));
        assert.equal(
          by.barriers,
          Math.log2(members) - Math.min(Math.log2(members), Math.max(0, Math.log2(size / stride))),
        );
      }
    }
  }
});

Deno.test("numbers of several words are exchanged word by word, under the names that a bundle gives", () => {
  const team = { name: "mergeTeam_1", type: "Accumulator_1", memory: "team", fold: "merge_1" };
  const text = withSubgroups(
    `alias Accumulator_1 = Moments;\nstruct Moments { count: f32, mean: f32 }\n${teamText(team)}\nfn after() {}\n`,
    32,
  );
  const exchanged = ["count", "mean"].map((member) => `subgroupShuffleXor(mine.${member}, half * stride)`).join(", ");
  assert.ok(text.includes(`mine = merge_1(mine, Moments(${exchanged}));`), text);
  assert.ok(text.startsWith("enable subgroups;\n") && text.endsWith("fn after() {}\n"), text);
});

/** Kinds of programs, and how many of the teams of the first that has any fold by subgroups. */
const TEAMS: Partial<Record<ProgramKind, number>> = {
  reduce: 1,
  moments: 1,
  normSums: 1,
  softmax: 2,
  crossEntropy: 2,
  crossEntropyGrad: 2,
  statistics: 3,
  conv2dWeightGrad: 1,
};

/** The texts of a random program. */
const textsOf = (kind: ProgramKind, seed: number) =>
  mergedDispatches(spread(randomProgram(kind, seed).program)).map(({ code }) => code);

Deno.test("all reductions fold by subgroups where there are any, and only they have another text then", () => {
  for (const [kind, teams] of Object.entries(TEAMS) as [ProgramKind, number][]) {
    const counts: number[] = [];
    // Not every random program of a kind has a reduction: a weight gradient has one where it is cut into parts.
    for (let seed = 0; seed < 100 && !counts.at(-1); seed++) {
      const texts = textsOf(kind, seed + 1), by = texts.map((text) => withSubgroups(text, 32));
      texts.forEach((text) => assert.equal(withSubgroups(text, 1), text, "without subgroups the text stays"));
      // No round of a team is left to shared memory alone.
      for (const text of by) assert.ok(!/for \(; half > 0u; half \/= 2u\) \{\s+workgroupBarrier/.test(text), text);
      counts.push(by.join("\n").match(/mine = \w+\(mine, /g)?.length ?? 0);
    }
    assert.equal(counts.at(-1), teams, `${kind}: ${counts}`);
  }
  for (const kind of ["pointwise", "gather", "avgPool2d"] as const) {
    for (const text of textsOf(kind, 1)) assert.equal(withSubgroups(text, 32), text);
  }
});

webgpuTest("a device has subgroups only if its adapter does", async (backend) => {
  assert.equal(backend.device.features.has("subgroups"), probe!.adapter.features.has("subgroups"));
  if (!probe!.adapter.features.has("subgroups")) assert.equal(backend.subgroup, 1);
  await Promise.resolve();
});
