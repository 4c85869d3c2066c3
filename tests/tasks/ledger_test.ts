import assert from "node:assert/strict";
import { findRun, lessons } from "../../lib/lessons/catalogue.ts";
import type { Run } from "../../lib/lessons/types.ts";
import {
  allowed,
  type Line,
  type Outcome,
  outcome,
  parseLines,
  phaseFigures,
  sameShare,
} from "../../tasks/ledger/figures.ts";
import { ledgerPage } from "../../tasks/ledger/page.ts";
import { words } from "../../tasks/ledger/words.ts";
import { task } from "./command.ts";

/** Lines of a run whose seeds end at these accuracies; `null` is NaN, at class 0's share. */
function linesOf({ id, setup }: Run, accuracies: readonly (number | null)[], device = "cpu"): Line[] {
  return accuracies.flatMap((accuracy, seed) =>
    Array.from({ length: setup.epochs }, (_, epoch) =>
      (["train", "eval"] as const).map((phase): Line => ({
        run: id,
        seed,
        device,
        dataset: setup.dataset,
        epoch,
        phase,
        loss: accuracy === null ? null : 1 - accuracy,
        accuracy: accuracy === null ? 0.1 : epoch === setup.epochs - 1 ? accuracy : accuracy / 2,
      }))).flat()
  );
}

const a4 = findRun("A4")!;
const near = (found: number, wanted: number, within = 1e-9) => assert.ok(Math.abs(found - wanted) < within, `${found}`);

Deno.test("outcome(): failed seeds are counted, the others make median, mean and deviation", () => {
  const found = outcome(linesOf(a4, [0.86, 0.3, 0.88, null, 0.9, 0.87]), a4);
  assert.deepEqual([found.seeds, found.failed, found.nonFinite], [6, 2, 1]);
  assert.deepEqual(found.good, [0.86, 0.87, 0.88, 0.9]);
  near(found.median, 0.875);
  near(found.mean, 0.8775);
  near(found.std, 0.0170782512765993);
  assert.equal(outcome(linesOf(a4, [0.9, 0.8, 0.7]), a4).median, 0.8);
  const none = outcome([], a4);
  assert.deepEqual([none.seeds, none.median, none.mean], [0, NaN, NaN]);
});

Deno.test("outcome(): a seed that did not come to its end does not count; of two lines the later does", () => {
  const lines = linesOf(a4, [0.86, 0.88]);
  assert.equal(outcome(lines.slice(0, -1), a4).seeds, 1);
  assert.deepEqual(outcome([...lines, { ...lines.at(-1)!, accuracy: 0.9 }], a4).good, [0.86, 0.9]);
});

Deno.test("phaseFigures(): of the seeds that did not fail; of all where all did", () => {
  assert.deepEqual(phaseFigures(linesOf(a4, [0.86, 0.3]), a4, 0, "train"), [{ accuracy: 0.43, loss: 1 - 0.86 }]);
  assert.deepEqual(phaseFigures(linesOf(a4, [null]), a4, 2, "eval"), [{ accuracy: 0.1, loss: NaN }]);
});

Deno.test("sameShare(): Fisher's exact test", () => {
  // The lady tasting tea: (1 + 16 + 16 + 1) / 70, two-sided.
  near(sameShare(3, 4, 1, 4), 34 / 70);
  near(sameShare(4, 4, 0, 4), 2 / 70);
  assert.equal(sameShare(5, 10, 5, 10), 1);
  assert.equal(sameShare(0, 20, 0, 20), 1);
  // By exact fractions.
  near(sameShare(15, 20, 19, 20), 0.1818, 1e-4);
});

Deno.test("allowed(): 0.01, or 2.5 standard errors of the difference", () => {
  const with_ = (std: number, n: number): Outcome => ({ ...outcome([], a4), std, good: Array<number>(n).fill(0.9) });
  assert.equal(allowed(with_(0.001, 5), with_(0.001, 5)), 0.01);
  near(allowed(with_(0.03, 9), with_(0.04, 16)), 2.5 * Math.sqrt(0.0002));
  assert.equal(allowed(with_(NaN, 1), with_(0.3, 5)), 0.01);
});

Deno.test("parseLines(): names the line that belongs to no ledger", () => {
  const [line] = linesOf(a4, [0.9]);
  assert.deepEqual(parseLines(`${JSON.stringify(line)}\n\n`, "x"), [line]);
  assert.throws(() => parseLines("{}\noops", "own.jsonl"), /own\.jsonl, line 1: run must be a text, found nothing/);
  assert.throws(() => parseLines(JSON.stringify({ ...line, run: "Z1" }), "x"), /x, line 1: no lesson has a run "Z1"/);
  const wrong = { seed: -1, epoch: 0.5, phase: "test", loss: "0.4", accuracy: undefined, dataset: 7 };
  for (const [name, value] of Object.entries(wrong)) {
    assert.throws(
      () => parseLines(JSON.stringify({ ...line, [name]: value }), "x"),
      new RegExp(`x, line 1: ${name} must be .*, found ${JSON.stringify(value) ?? "nothing"}`),
    );
  }
  for (const none of ["null", "7", "[]"]) {
    assert.throws(() => parseLines(none, "x"), /x, line 1: expected an object, found/);
  }
  assert.throws(() => parseLines("oops", "own.jsonl"), /own\.jsonl, line 1: expected an object in JSON, found "oops"/);
  assert.throws(
    () => parseLines(JSON.stringify({ ...line, dataset: "garments" }), "x"),
    /x, line 1: A4 was published on fashion-mnist, found garments\. Run it with --dataset published/,
  );
});

Deno.test("words(): a steady run by its means", () => {
  const of = (own: (number | null)[], torch: (number | null)[]) =>
    words({ ...a4, note: "And a note." }, outcome(linesOf(a4, own), a4), outcome(linesOf(a4, torch), a4));
  assert.equal(
    of([0.860, 0.870], [0.866, 0.872]),
    "Sonde's mean 0.8650 and PyTorch's 0.8690 are 0.0040 apart, within the 0.0146 allowed. " +
      "The published 0.866 lies among the seeds here (0.860 to 0.870). And a note.",
  );
  assert.match(
    of([0.80, 0.801], [0.87, 0.871]),
    /0\.0700 apart, \*\*beyond\*\* the 0\.0100 allowed\. The published 0\.866 is above all \(to 0\.801\)/,
  );
  assert.match(of([0.9, 0.901], [0.9, 0.901]), /The published 0\.866 is below all \(from 0\.900\)/);
  assert.match(
    of([0.866, null], [0.866]),
    /In Sonde 1 of 2 seeds fails, with a loss of NaN; in PyTorch none of 1 seeds fails: the shares do not differ/,
  );
});

Deno.test("words(): a run that depends on its seed, one that fails, and one without figures", () => {
  const a1 = findRun("A1")!, c7 = findRun("C7")!, d3 = findRun("D3")!;
  const of = (run: Run, own: (number | null)[], torch: (number | null)[]) =>
    words(run, outcome(linesOf(run, own), run), outcome(linesOf(run, torch), run));
  assert.match(
    of(a1, Array(20).fill(0.3), Array(20).fill(0.6)),
    /^In Sonde 20 of 20 seeds fail; in PyTorch none of 20 seeds fails: the shares \*\*differ\*\* \(p = 0\.000\)\. The published 0\.431 is such a failure\./,
  );
  assert.match(of(a1, [0.6, 0.3], [0.7, 0.3]), /Medians of the others: 0\.6000 and 0\.7000\./);
  assert.match(
    of(c7, [null, null], [null]),
    /^Fails, as it should: 2 of 2 seeds fail, all with a loss of NaN; in PyTorch 1 of 1 seeds fails, with a loss of NaN\./,
  );
  assert.match(of(c7, [0.9, null], []), /^\*\*Should fail\*\*, but 1 of 2 seeds do not\./);
  assert.match(
    of(d3, [0.9], []),
    /^In Sonde none of 1 seeds fails\. There is no run in PyTorch\. The document has no figures\.$/,
  );
});

Deno.test("ledgerPage(): a table and a sentence for each run that has lines, and published epochs beside reproduced ones", () => {
  const c9a = findRun("C9a")!;
  const page = ledgerPage(
    lessons,
    [...linesOf(a4, [0.86, 0.88]), ...linesOf(c9a, [0.99])],
    linesOf(a4, [0.87], "pytorch"),
  );
  assert.match(
    page,
    /^\| A4 general ReLU \| 0\.866 \/ 0\.363 \| 2 \| 0 \| 0\.8700 \| 0\.8700 ± 0\.0141 \| 1 \| 0 \| 0\.8700 \| 0\.8700 \|$/m,
  );
  assert.match(
    page,
    /^\| C9a .* \| \(course: 0\.988 \/ 0\.044\) \| 1 \| 0 \| 0\.9900 \| 0\.9900 \| – \| – \| – \| – \|$/m,
  );
  assert.match(page, /^- \*\*A4 general ReLU\.\*\* Sonde's mean/m);
  assert.match(page, /^\| A4 \| 0 \| 0\.774 \/ 0\.625 \| 0\.435 ± 0\.007 \/ 0\.130 ± 0\.014 \|/m);
  assert.doesNotMatch(page, /A5|## Looking inside/);
});

Deno.test("ledger: wants two files that are there", async () => {
  const none = await task("ledger", []);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /^ledger: give two files of JSON lines, .* found 0$/m);
  const missing = await task("ledger", ["nowhere.jsonl", "nor-here.jsonl"]);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /^ledger: Cannot read (nowhere|nor-here)\.jsonl: /m);
});
