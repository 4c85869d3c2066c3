/**
 * `deno task diagnose-bench`: how often `learn.diagnose()` names what is wrong, and how often it cries wolf.
 *
 * Small networks are trained for one or two epochs on a piece of a real data set: some with a planted ill, which is declared beforehand as a
 * problem and a module, others without. Healthy is a run without an ill whose accuracy reaches a figure that is fixed beforehand. A hit is the
 * first finding with the declared problem and module; every other finding is a false alarm. The set `tune` is for tuning rules, `report` is
 * what docs/diagnosis.md shows: their networks, seeds and images differ.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DataName, loadRaw } from "../lib/data/catalogue.ts";
import { device, setDefaultDevice } from "../lib/device/device.ts";
import { textTable } from "../lib/plot/text.ts";
import { oneOf, readCommandLine, runTask, UsageError, wholeNumber } from "./cli.ts";
import { describe } from "./diagnose_bench/networks.ts";
import { benchmarkText, rulesTable } from "./diagnose_bench/page.ts";
import { plansOf, type SetName, SETS } from "./diagnose_bench/plans.ts";
import { isHit, line, scoreOf, summary, table, undeclared } from "./diagnose_bench/score.ts";
import { replaceSection } from "./page_section.ts";
import { type Outcome, train } from "./diagnose_bench/training.ts";

const USAGE = `Usage: deno task diagnose-bench [options]

Trains networks with and without planted ills, and compares what learn.diagnose() says with what was planted.

  --set NAME     tune or report (default report)
  --only TEXT    only runs with this text in their name, such as "healthy", "frozen" or "cnn"
  --seeds N      only the first N seeds of the ills (default all)
  --data NAME    fashion-mnist (default), mnist or garments
  --json         one JSON object for each run on stdout, and nothing else
  --write        writes the tables into docs/diagnosis.md`;

const PAGE = join(fileURLToPath(new URL("..", import.meta.url)), "docs", "diagnosis.md");

const DATA_NAMES: Readonly<Record<DataName, string>> = {
  "fashion-mnist": "Fashion-MNIST",
  mnist: "MNIST",
  garments: "the built-in garments",
};

function json({ plan, declared, accuracy, diagnosis }: Outcome): string {
  const brief = diagnosis.findings.map(({ problem, module, since, text }) => ({ problem, module, since, text }));
  const { name, network, seed, lr } = plan;
  return JSON.stringify({ name, network: describe(network), seed, lr, declared, accuracy, findings: brief });
}

/** Whether what was declared was found first, and nothing else was found. */
const isRight = (outcome: Outcome) => (!outcome.declared || isHit(outcome)) && undeclared(outcome).length === 0;

function how(set: SetName, data: DataName): string {
  const { seeds, amounts, healthy } = SETS[set];
  return `The set \`${set}\`: ${amounts.epochs} epochs of ${amounts.train} images of ${
    DATA_NAMES[data]
  } in batches of ${amounts.batchSize}, ` +
    `seeds ${
      seeds.join(", ")
    }; each seed has images of its own. A run without an ill is healthy from an accuracy of ${healthy} on ` +
    `${amounts.valid} images on.`;
}

await runTask("diagnose-bench", async () => {
  const { values, names } = readCommandLine(Deno.args, {
    set: "value",
    only: "value",
    seeds: "value",
    data: "value",
    json: "flag",
    write: "flag",
    help: "flag",
  });
  if (values.help) return console.log(USAGE);
  if (names.length > 0) throw new UsageError(`Unknown argument "${names[0]}": there are options only, see --help`);
  const set = oneOf("--set", values.set, ["tune", "report"] as const) ?? "report";
  const data = oneOf("--data", values.data, ["fashion-mnist", "mnist", "garments"] as const) ?? "fashion-mnist";
  const seeds = SETS[set].seeds.slice(0, wholeNumber("--seeds", values.seeds, { min: 1 }));
  if (values.write && (values.only !== undefined || values.seeds !== undefined || set !== "report")) {
    throw new UsageError("--write takes the whole set report: leave out --only, --seeds and --set");
  }
  const plans = plansOf(set).filter(({ name, network, seed, plant }) =>
    `${name}, ${describe(network)}`.includes(values.only ?? "") && (!plant || seeds.includes(seed))
  );
  if (plans.length === 0) throw new UsageError("No run has that in its name: see --only and --seeds in --help");
  setDefaultDevice(device("cpu", { threads: 1 })); // small networks gain nothing by more, and figures are the same everywhere
  const raw = await loadRaw(data), outcomes: Outcome[] = [];
  for (const plan of plans) {
    const outcome = await train(plan, raw, SETS[set].amounts);
    outcomes.push(outcome);
    if (values.json) console.log(json(outcome));
    else console.log(`${isRight(outcome) ? "  " : "! "}${line(outcome)}`);
  }
  if (values.json) return;
  const score = scoreOf(outcomes, SETS[set].healthy);
  console.log(`\n${how(set, data)}\n\n${textTable(...table(score)).join("\n")}\n\n${summary(score).join("\n")}`);
  if (!values.write) return;
  const page = replaceSection(await Deno.readTextFile(PAGE), "rules", rulesTable());
  await Deno.writeTextFile(PAGE, replaceSection(page, "benchmark", benchmarkText(score, how(set, data))));
});
