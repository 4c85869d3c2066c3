/** PyTorch's own test inputs (corpus.json.gz) on every device under test: what is not as in PyTorch stands in docs/pytorch.md. */
import assert from "node:assert/strict";
import { setDefaultDevice } from "../../lib/tensor/mod.ts";
import { testDevices } from "../oracle/golden.ts";
import { type Exception, exceptions } from "./exceptions.ts";
import { type Compared, replay, type Verdict } from "./replay.ts";
import { numbers, readCorpus, type Sample, type TensorEntry } from "./sample.ts";

type Kind = ReturnType<typeof testDevices>[number];
const corpus = readCorpus();
const ALL = Deno.env.get("SONDE_OPINFO_ALL") === "1";
/**
 * One input out of how many a device is given. On software WebGPU each shape is a pipeline of its own, which takes long to make, and longest
 * for convolutions. `SONDE_OPINFO_ALL=1` gives it all.
 */
const oneOf = (kind: Kind, op: string) => kind !== "webgpu" || ALL ? 1 : /conv/i.test(op) ? 12 : 3;
const samplesOn = (kind: Kind, op: string): readonly Sample[] =>
  corpus.get(op)!.filter((_, i) => i % oneOf(kind, op) === 0);
const isFine = ({ outcome }: Verdict) => outcome === "same" || outcome === "raises";
const factorOf = (kind: Kind) => kind === "webgpu" ? 10 : 1;
/** A read of WebGPU's takes milliseconds, whatever it reads: so many samples wait for theirs together. */
const togetherOn = (kind: Kind) => kind === "webgpu" ? 16 : 1;

/** Verdicts are kept, so that the tests at the end see what those of each operation found. */
const kept = new Map<string, Promise<Verdict[]>>();
function verdicts(kind: Kind, op: string): Promise<Verdict[]> {
  const key = `${kind} ${op}`;
  let found = kept.get(key);
  if (!found) kept.set(key, found = run(kind, samplesOn(kind, op)));
  return found;
}
async function run(kind: Kind, samples: readonly Sample[]): Promise<Verdict[]> {
  await setDefaultDevice(kind).ready;
  const found: Verdict[] = [], together = togetherOn(kind);
  for (let i = 0; i < samples.length; i += together) {
    const some = samples.slice(i, i + together);
    const early = await Promise.all(
      some.map((sample) => together === 1 || sample.error ? undefined : replay(sample, factorOf(kind))),
    );
    // What is not as in PyTorch has the device to itself, as a fault on it may be another sample's.
    for (const [k, sample] of some.entries()) {
      const verdict = early[k];
      found.push(verdict && isFine(verdict) ? verdict : await replay(sample, factorOf(kind)));
    }
  }
  return found;
}

/** The documented difference that a verdict is. */
function exceptionFor(kind: Kind, sample: Sample, { outcome, says }: Verdict): Exception | undefined {
  return exceptions.find((one) =>
    one.outcome === outcome && (one.op?.test(sample.op) ?? true) && (one.says?.test(says) ?? true) &&
    (one.when?.(sample) ?? true) && (one.devices?.includes(kind) ?? true)
  );
}

/** How many comparisons a sample asks for at least. */
function wanted({ error, out = [], grads = [], second = [], parameters = {}, after = {}, steps = [] }: Sample) {
  const least: Record<Compared, number> = {
    output: out.length,
    gradient: grads.length + Object.keys(parameters).length,
    "second gradient": second.length,
    strides: 0,
    state: Object.keys(after).length,
    step: steps.flat().length,
    error: error ? 1 : 0,
  };
  return least;
}

/** An argument without its numbers. */
const brief = (sample: Sample) => JSON.stringify([sample.in, sample.kw]).replace(/,"b":"[^"]*"/g, "").slice(0, 400);

for (const kind of testDevices()) {
  // What one device has open serves all of these tests.
  const options = { sanitizeOps: false, sanitizeResources: false };

  for (const op of corpus.keys()) {
    const samples = samplesOn(kind, op);
    Deno.test({
      ...options,
      name: `PyTorch's inputs of ${op} on ${kind}`,
      fn: async () => {
        const faults = (await verdicts(kind, op)).flatMap((verdict, i) => {
          const sample = samples[i]!, { outcome, says, compared } = verdict;
          const label = `${sample.src} ${sample.d} ${sample.what ?? ""} ${brief(sample)}`;
          if (!isFine(verdict)) return exceptionFor(kind, sample, verdict) ? [] : [`${outcome}: ${says}\n    ${label}`];
          const least = wanted(sample);
          const missing = (Object.keys(least) as Compared[]).filter((what) => (compared[what] ?? 0) < least[what]);
          return missing.map((what) => `${compared[what] ?? 0} of ${least[what]} comparisons of ${what}\n    ${label}`);
        });
        assert.equal(faults.length, 0, `${faults.length} of ${samples.length}:\n${faults.slice(0, 12).join("\n")}`);
      },
    });
  }

  Deno.test({
    ...options,
    name: `each documented difference from PyTorch occurs, and most samples are as in PyTorch, on ${kind}`,
    fn: async () => {
      const seen = new Set<Exception>();
      let fine = 0, all = 0;
      for (const op of corpus.keys()) {
        const samples = samplesOn(kind, op);
        for (const [i, verdict] of (await verdicts(kind, op)).entries()) {
          const exception = isFine(verdict) ? undefined : exceptionFor(kind, samples[i]!, verdict);
          if (exception) seen.add(exception);
          fine += Number(isFine(verdict));
          all++;
        }
      }
      // Among some of the inputs some differences do not occur.
      const gone = kind === "webgpu" && !ALL
        ? []
        : exceptions.filter((one) => !seen.has(one) && (one.devices?.includes(kind) ?? true));
      assert.deepEqual(gone.map(({ row, outcome, says }) => `${row}: ${outcome} ${says ?? ""}`), []);
      assert.ok(fine > 0.85 * all, `${fine} of ${all}`);
    },
  });
}

/** A changed copy: every number of a kind of result moved a little, or its type or shape another. */
const spoils: Record<string, (sample: Sample) => Sample | undefined> = {
  "an output's numbers": (s) => s.out && moved(s.out) && { ...s, out: moved(s.out)! },
  "an output's type": (s) => s.out && { ...s, out: s.out.map((e) => ({ ...e, d: e.d === "bool" ? "uint8" : "bool" })) },
  "an output's shape": (s) => s.out && { ...s, out: s.out.map((e) => ({ ...e, s: [1, ...e.s] })) },
  "strides": (s) =>
    s.strides && s.out?.[0]?.s.some((n) => n > 1) ? { ...s, strides: s.strides.map((n) => n + 1) } : undefined,
  "a gradient": (s) => s.grads && moved(s.grads) && { ...s, grads: moved(s.grads)! },
  "a second gradient": (s) => s.second && moved(s.second) && { ...s, second: moved(s.second)! },
  "a parameter": (s) => s.steps && { ...s, steps: s.steps.map((step) => moved(step) as TensorEntry[]) },
  "an error": (s) => s.error ? undefined : { ...s, error: "RuntimeError: not so" },
};
function moved<E extends TensorEntry | null>(entries: readonly E[]): E[] | undefined {
  let count = 0;
  const out = entries.map((e) => {
    if (!e || e.d !== "float32") return e;
    const values = numbers(e).map((x) => x + 0.01 * Math.max(1, Math.abs(x)));
    count += values.filter((x) => Number.isFinite(x) && Math.abs(x) < 1e30).length;
    return { ...e, b: btoa(String.fromCharCode(...new Uint8Array(values.buffer))) };
  });
  return count ? out : undefined;
}

Deno.test({
  name: "a replay with other results than PyTorch's fails: numbers, types, shapes, strides, gradients, steps, errors",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const [kind] = testDevices(), found = new Map<string, number>();
    for (const op of corpus.keys()) {
      const samples = samplesOn(kind!, op);
      const results = await verdicts(kind!, op);
      const good = samples.filter((sample, i) => results[i]!.outcome === "same" && !sample.exact);
      for (const [what, spoil] of Object.entries(spoils)) {
        const spoilt = good.map(spoil).find((sample) => sample !== undefined);
        if (!spoilt) continue;
        const { outcome } = await replay(spoilt, factorOf(kind!));
        assert.equal(outcome, what === "an error" ? "silent" : "differs", `${what} of ${op}`);
        found.set(what, (found.get(what) ?? 0) + 1);
      }
    }
    assert.deepEqual([...found.keys()].sort(), Object.keys(spoils).sort());
    assert.ok(found.get("an output's numbers")! > 90 && found.get("a gradient")! > 70, JSON.stringify([...found]));
  },
});
