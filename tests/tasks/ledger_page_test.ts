import assert from "node:assert/strict";
import { findRun, lessons } from "../../lib/lessons/catalogue.ts";
import type { Run } from "../../lib/lessons/types.ts";
import { compare } from "../../tasks/ledger/comparison.ts";
import { compactText, parseLines } from "../../tasks/ledger/lines.ts";
import { equalSeeds } from "../../tasks/ledger/equal_seeds.ts";
import { ledgerPage } from "../../tasks/ledger/page.ts";
import { times } from "../../tasks/ledger/times.ts";
import { seedsOf, wanted } from "../../tasks/ledger/wanted.ts";
import { words } from "../../tasks/ledger/words.ts";
import { task } from "./command.ts";
import { type End, trainingsOf } from "./ledger_trainings.ts";

const a4 = findRun("A4")!;

/** What is said of a run alone on the page. */
function said(run: Run, own: readonly End[], torch: readonly End[]): string {
  const [compared] = compare([{ ...lessons[0]!, runs: [run] }], trainingsOf(run, own), trainingsOf(run, torch));
  return words(compared!);
}

Deno.test("words(): a steady run by its means", () => {
  const of = (own: End[], torch: End[]) => said({ ...a4, note: "And a note." }, own, torch);
  assert.equal(
    of([0.860, 0.870], [0.866, 0.872]),
    "Sonde's mean 0.8650 and PyTorch's 0.8690 are 0.0040 apart, within the 0.0146 allowed. " +
      "Median losses 0.135 and 0.131: the losses do not differ beyond chance (p = 0.67). " +
      "The published 0.866 lies among the seeds here (0.860 to 0.870). And a note.",
  );
  assert.match(
    of([0.80, 0.801], [0.87, 0.871]),
    /0\.0700 apart, \*\*beyond\*\* the 0\.0100 allowed\..* The published 0\.866 is above all \(to 0\.801\)/,
  );
  assert.match(of([0.9, 0.901], [0.9, 0.901]), /The published 0\.866 is below all \(from 0\.900\)/);
  assert.match(
    of([0.866, null], [0.866]),
    /In Sonde 1 of 2 seeds fails, with a loss of NaN; in PyTorch the one seed does not fail: the shares do not differ/,
  );
});

Deno.test("words(): a run that depends on its seed, one that fails, and one without figures", () => {
  const a1 = findRun("A1")!, c7 = findRun("C7")!, d3 = findRun("D3")!;
  assert.match(
    said(a1, Array(20).fill(0.3), Array(20).fill(0.6)),
    /^In Sonde 20 of 20 seeds fail; in PyTorch none of 20 seeds fails: the shares \*\*differ\*\* \(p = 1e-11; .*\)\. .*The published 0\.431 is such a failure\./,
  );
  assert.match(said(a1, [0.6, 0.3], [0.7, 0.3]), /Medians of the others: 0\.6000 and 0\.7000\./);
  assert.match(
    said(c7, [null, null], [null]),
    /^Fails, as it should: 2 of 2 seeds fail, all with a loss of NaN; in PyTorch the one seed fails, with a loss of NaN\. The published/,
  );
  assert.match(said(c7, [0.9, null], []), /^\*\*Should fail\*\*, but 1 of 2 seeds do not\./);
  assert.match(
    said(d3, [0.9], []),
    /^In Sonde the one seed does not fail\. There is no run in PyTorch\. The document has no figures\.$/,
  );
});

Deno.test("words(): losses by their ranks; a tail is told with its largest", () => {
  const c8 = findRun("C8")!;
  const own: End[] = [[0.95, 0.2], [0.94, 0.3], [0.91, 17599]], torch: End[] = [[0.95, 0.21], [0.93, 0.31]];
  assert.match(
    said(c8, own, torch),
    /Median losses 0\.300 and 0\.260: the losses do not differ beyond chance \(p = 1\.00\)\. Of the seeds that did not fail, losses above 1: 1 of 3 \(the largest 1\.8e4\) in Sonde, 0 of 2 in PyTorch\./,
  );
  const low = Array.from({ length: 5 }, (_, i): End => [0.95, 0.1 + i / 100]);
  const high = Array.from({ length: 5 }, (_, i): End => [0.95, 0.2 + i / 100]);
  assert.match(said(c8, low, high), /the losses \*\*differ\*\* \(p = 0\.008; corrected for 1 runs 0\.008\)/);
});

Deno.test("compare(): a p is corrected for all runs of the page", () => {
  const runs = ["A5", "A6", "A7", "A8", "B2", "C3", "C4"].map((id) => findRun(id)!);
  const low = [0.91, 0.92, 0.93, 0.94, 0.95], high = [0.86, 0.87, 0.88, 0.89, 0.9];
  const all = compare(
    [{ ...lessons[0]!, runs }],
    runs.flatMap((run) => trainingsOf(run, low)),
    runs.flatMap((run, i) => trainingsOf(run, i === 0 ? high : low, "pytorch")),
  );
  assert.ok(Math.abs(all[0]!.losses.p - 2 / 252) < 1e-12 && Math.abs(all[0]!.losses.adjusted - 14 / 252) < 1e-12);
  assert.match(words(all[0]!), /the losses do not differ beyond chance \(p = 0\.008, but of 7 runs 0\.06\)/);
});

Deno.test("ledgerPage(): rows for each run that has lines, and every epoch of both sides beside the published one", () => {
  const c9a = findRun("C9a")!;
  const page = ledgerPage(lessons, {
    cpu: [...trainingsOf(a4, [0.86, 0.88]), ...trainingsOf(c9a, [0.99])],
    pytorch: trainingsOf(a4, [0.87, null], "pytorch"),
    webgpu: [],
    equalSeeds: new Map([["A4", "4 of 5, –"]]),
  });
  assert.match(page, /^\| A4 general ReLU \| published \| 1 \| {2}\| 0\.866 \| {2}\| 0\.363 \| {2}\| {2}\| {2}\|$/m);
  assert.match(
    page,
    /^\| {2}\| Sonde \| 2 \| 0 \| 0\.8700 \| 0\.8700 ± 0\.0141 \| 0\.130 \| 0 \| 0\.140 \| 4 of 5, – \|$/m,
  );
  assert.match(page, /^\| {2}\| PyTorch \| 2 \| 1 \| 0\.8700 \| 0\.8700 \| NaN \| 0 \| NaN \| {2}\|$/m);
  assert.match(page, /^\| C9a .* \| course \| 1 \| {2}\| 0\.988 \| {2}\| 0\.044 \|/m);
  assert.match(page, /^- \*\*A4 general ReLU\.\*\* Sonde's mean/m);
  assert.match(
    page,
    /^\| A4 \| 0 \| train \| 0\.774 \/ 0\.625 \| 0\.435 \(0\.430–0\.440\) \/ 0\.130 \(0\.120–0\.140\) \| 0\.435 \/ 0\.130 \|$/m,
  );
  assert.match(page, /^Not run yet, and so without figures here: A1, A2, A3, A5, .*, H8\.$/m);
  assert.doesNotMatch(page, /A5 [a-zA-Z]|## Looking inside|On WebGPU/);
});

Deno.test("ledgerPage(): averaged predictions have rows of their own", () => {
  const h5 = findRun("H5")!;
  const cpu = trainingsOf(h5, [0.94, 0.95, 0.96]).map((t, i) => i === 2 ? t : { ...t, averaged: 0.945 + i / 100 });
  const page = ledgerPage(lessons, { cpu, pytorch: trainingsOf(h5, [0.94], "pytorch"), webgpu: [] });
  assert.match(
    page,
    /^\| {2}\| course, mean with mirror images \| 1 \| {2}\| 0\.945 \| {2}\| {2}\| {2}\| {2}\| {2}\|$/m,
  );
  assert.match(
    page,
    /^\| {2}\| Sonde, mean with mirror images \| 2 \| {2}\| 0\.9500 \| 0\.9500 ± 0\.0071 \| {2}\| {2}\| {2}\| {2}\|$/m,
  );
  assert.doesNotMatch(page, /PyTorch, mean/);
});

Deno.test("ledgerPage(): WebGPU's trainings beside the same seeds of the CPU", () => {
  const cpu = trainingsOf(a4, [[0.87, 0.35], [0.86, 0.37], [0.86, 0.36]]),
    gpu = trainingsOf(a4, [[0.869, 0.351], [0.8, 0.6], [0.86, 0.365]], "webgpu");
  const page = ledgerPage(lessons, { cpu, pytorch: [], webgpu: gpu });
  assert.match(page, /^The same weights .* The losses of 2 of$/m);
  assert.match(page, /^3 trainings lie closer together than two seeds do/m);
  assert.match(page, /^\| A4 general ReLU \| 0 \| 0\.8700 \/ 0\.350 \| 0\.8690 \/ 0\.351 \| 0\.001 \| 0\.014 \|$/m);
});

Deno.test("times(): the quickest seed with the most threads, beside the document's", () => {
  const c1 = findRun("C1")!;
  const slow = trainingsOf(c1, [0.9]).map((training) => ({ ...training, threads: 1, seed: 9 }));
  const text = times(
    [...slow, ...trainingsOf(c1, [0.9, 0.9])],
    trainingsOf(c1, [0.9]).map((t) => ({ ...t, threads: null })),
  );
  assert.match(text, /^\| C1 no norm \| 2 \| 13\.2 s \| 3\.0 s \(2 threads\) \| – \|$/m);
  assert.match(text, /^\| E2 three epochs \| 3 \| 5\.4 s on a GPU \| – \| – \|$/m);
});

Deno.test("wanted(): a command for what lacks, from the first seeds that are free", () => {
  const one = { ...lessons[0]!, runs: [a4] };
  const at = (count: number) =>
    trainingsOf(a4, Array<number>(count).fill(0.9)).map((t) => ({ ...t, seed: 1000 + t.seed }));
  assert.equal(seedsOf(a4), 20);
  const { cpu, pytorch } = { cpu: at(20), pytorch: at(17) };
  assert.deepEqual(wanted([one], { cpu, pytorch, webgpu: [] }, "out/x"), [
    "/usr/bin/python3 tests/goldens/pytorch_lessons.py --runs A4 --seed 1017 --seeds 3 >> out/x",
  ]);
  assert.match(
    wanted([one], { cpu: [], pytorch, webgpu: [] }, "out/x")[0]!,
    /^deno task --quiet lesson all --runs A4 --dataset published --device cpu --seed 1000 --seeds 20 --json >> out\/x$/,
  );
});

Deno.test("ledger: docs/ledger.md is what the task writes from the lines in the repository", async () => {
  const read = (name: string) => Deno.readTextFile(new URL(`../../docs/${name}`, import.meta.url));
  const [cpu, webgpu, pytorch] = await Promise.all(
    ["cpu", "webgpu", "pytorch"].map(async (name) => {
      const text = await read(`ledger/${name}.jsonl`), lines = parseLines(text, name);
      assert.equal(compactText(lines), text, `docs/ledger/${name}.jsonl is sorted, each training once`);
      assert.ok(lines.every(({ device }) => device === name), `docs/ledger/${name}.jsonl is of that device`);
      return lines;
    }),
  );
  const page = ledgerPage(lessons, { cpu: cpu!, webgpu: webgpu!, pytorch: pytorch!, equalSeeds: await equalSeeds() });
  assert.equal(await read("ledger.md"), page, "run deno task ledger");
});

Deno.test("ledger: what it cannot read, and what stands alone", async () => {
  const missing = await task("ledger", ["nowhere.jsonl"]);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /^ledger: Cannot read nowhere\.jsonl: /m);
  const both = await task("ledger", ["--missing", "out/x", "more"]);
  assert.equal(both.code, 2);
  assert.match(both.stderr, /^ledger: --missing names the file for new lines, and stands alone, found more/m);
  const commands = await task("ledger", ["--missing", "out/x"]);
  assert.equal(commands.code, 0);
  for (const line of commands.stdout.trim().split("\n")) {
    assert.match(line, /^$|^(deno task|\/usr\/bin\/python3) .* >> out\/x$/);
  }
});
