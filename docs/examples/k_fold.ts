// Cross-validation on a table: five models, each judged on the fifth that it has not seen.
//
//     deno run --allow-read docs/examples/k_fold.ts [TABLE.csv TARGET]
//
// Without a table, 300 made-up flowers: three kinds whose petals and sepals overlap.
import { accuracy, data, F, Learner, nn, optim, randn, setSeed } from "../../mod.ts";

setSeed(7);
const [path, target = "kind"] = Deno.args;
const table = path ? await data.readCsv(path) : await data.parseCsv(await flowers());
const inputs = table.names.filter((name) => name !== target && table.isNumeric(name));
const { codes, classes } = table.codes(target);
console.log(`${table.length} rows; ${inputs.join(", ")} → ${classes.join(", ")}`);

const x = table.matrix(inputs), set = new data.TensorDataset(x, codes);
const found: number[] = [];
for (const [i, { train, valid }] of data.kFold(set, 5, { shuffle: true }).entries()) {
  // The scale is that of the rows that are trained on: those held out must not show in anything.
  const [mean, std] = await scaleOf(train);
  const model = new nn.Sequential(
    new nn.Lambda((rows) => rows.sub(mean).div(std)),
    ...[new nn.Linear(inputs.length, 32), new nn.ReLU(), new nn.Linear(32, classes.length)],
  );
  const dls = data.DataLoaders.of(train, valid, { batchSize: 32 });
  const learn = Learner.of(model, dls).loss(F.crossEntropy).optimizer(optim.AdamW).lr(0.01);
  await learn.fit(20);
  const [preds, targets] = await learn.getPreds();
  found.push(await accuracy(preds, targets!).item());
  console.log(`fold ${i}: ${found[i]!.toFixed(3)}`);
}
const mean = found.reduce((a, b) => a + b, 0) / found.length;
const deviation = Math.sqrt(found.reduce((sum, a) => sum + (a - mean) ** 2, 0) / (found.length - 1));
console.log(`accuracy ${mean.toFixed(3)} ± ${deviation.toFixed(3)} (mean and deviation of the folds)`);

async function scaleOf(rows: data.Subset) {
  const [all] = await new data.DataLoader(rows, { batchSize: rows.length }).first();
  return [all!.mean(0).keep(), all!.std(0).add(1e-6).keep()] as const;
}

/** Lines of CSV with four measures of each flower. */
async function flowers(): Promise<string> {
  const centres = { iris: [5.0, 3.4, 1.5, 0.2], lily: [5.9, 2.8, 4.3, 1.3], rose: [6.6, 3.0, 5.5, 2.0] };
  const noise = await randn([300, 4]).mul(0.4).array() as number[][], kinds = Object.entries(centres);
  const lines = noise.map((row, i) => {
    const [kind, centre] = kinds[i % 3]!;
    return [...row.map((value, c) => (value + centre[c]!).toFixed(2)), kind].join(",");
  });
  return ["sepal length,sepal width,petal length,petal width,kind", ...lines].join("\n");
}
