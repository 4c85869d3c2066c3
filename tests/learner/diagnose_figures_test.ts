import assert from "node:assert/strict";
import { association } from "../../lib/learner/diagnose_data.ts";
import { Device } from "../../lib/device/device.ts";
import { diagnose } from "../../lib/learner/mod.ts";
import { noiseOf, rankCorrelation, rolling } from "../../lib/learner/diagnose_figures.ts";
import { LayerRecord } from "../../lib/learner/layer_record.ts";
import { tensor } from "../../lib/tensor/create.ts";

Deno.test("association: Cramér's V corrected for chance, against values worked out by hand", () => {
  assert.equal(association([[8, 0], [0, 8]]), 1);
  // φ² = 1/4 for a 2 × 2 table of 6, 2, 2, 6; minus 1/15, over 2 − 1/15 − 1
  assert.ok(Math.abs(association([[6, 2], [2, 6]]) - Math.sqrt((1 / 4 - 1 / 15) / (1 - 1 / 15))) < 1e-12);
  assert.equal(association([[5, 5], [5, 5]]), 0);
  assert.equal(association([[5, 0], [5, 0]]), 0); // one class
});

Deno.test("rankCorrelation: Spearman's, as SciPy's spearmanr", () => {
  const found = rankCorrelation([106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]);
  assert.ok(Math.abs(found - -0.17575757575757575) < 1e-12, `${found}`);
  assert.equal(rankCorrelation([1, 2, 9], [5, 6, 7]), 1);
  const ties = rankCorrelation([1, 2, 2, 3, 3, 3], [2, 1, 4, 4, 5, 3]);
  assert.ok(Math.abs(ties - 0.6105686838080208) < 1e-12, `${ties}`);
  assert.ok(Number.isNaN(rankCorrelation([1, 1, 1], [1, 2, 3])));
});

Deno.test("noiseOf: the deviation of noise, whatever the trend", () => {
  // Differences of 1, −1, 1, −1 have the mean square 1: half of it is one value's variance.
  assert.equal(noiseOf([0, 1, 0, 1, 0]), Math.sqrt(1 / 2));
  assert.equal(noiseOf([5]), 0);
});

Deno.test("rolling: the mean of each run, also of huge values among small ones", () => {
  for (const width of [1, 2, 3, 7]) {
    for (const length of [0, 1, 6, 7, 8, 20]) {
      const values = Array.from({ length }, (_, i) => i === 4 ? 1e30 : Math.sin(i));
      const found = rolling(values, width);
      assert.equal(found.length, Math.max(0, length - width + 1));
      found.forEach((mean, i) => {
        const expected = values.slice(i, i + width).reduce((a, b) => a + b, 0) / width;
        assert.ok(
          Math.abs(mean - expected) <= 1e-15 * Math.max(1, Math.abs(expected)),
          `${width}: ${mean}, ${expected}`,
        );
      });
    }
  }
});

Deno.test("a diagnosis takes the losses of a long fit, and records of one can be gone on with", async () => {
  const length = 300_000, losses = Array.from({ length }, (_, i) => i === 200_000 ? 9 : 2 - i / length);
  losses[200_001] = losses[200_002] = 9;
  const [finding] = diagnose({ losses });
  assert.equal(finding?.problem, "rate too high");
  assert.match(finding.text, /^the loss jumps from 2 to 9 at batch 200001, and its lowest is 1/);
  const each = losses.map((_, i) => i), noise = each.map((i) => Math.sin(i));
  assert.ok(rankCorrelation(each, noise.map((x, i) => i + x)) > 0.999999);

  const device = new Device("cpu", { threads: 1 });
  const options = {
    name: "0 ReLU",
    kind: "ReLU",
    bins: 1,
    range: [0, 1] as const,
    absolute: true,
    units: false,
    chunk: 1024,
  };
  const record = new LayerRecord(device, options), training = losses.map(() => true);
  const rows = tensor(new Float32Array(length * 7), { shape: [length, 7], device });
  record.fill({ rows, values: { rows: length, batches: each, training, units: null } });
  assert.equal((await record.read()).batches.length, length);
  record.dispose();
  device[Symbol.dispose]();
});
