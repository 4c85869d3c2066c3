/** The thread that trains: gets an order, and tells what happens. A worker, as a page's own thread must not be held up. */
import * as sonde from "../../tasks/bundle/entry.ts";
import type { LearnerCore } from "../../tasks/bundle/entry.ts";
import type { LayerRow, NETWORKS, Order, Told } from "./messages.ts";

const {
  accuracy,
  ActivationStats,
  Callback,
  data,
  device,
  F,
  Learner,
  lessons,
  MetricsCB,
  nn,
  setDefaultDevice,
  setSeed,
} = sonde;

const MODELS: Readonly<Record<typeof NETWORKS[number], () => sonde.nn.Module>> = {
  "ReLU, Kaiming": () => lessons.initWeights(lessons.getModel()),
  "General ReLU": () =>
    lessons.initWeights(lessons.getModel({ act: () => new nn.GeneralReLU({ leak: 0.1, sub: 0.4 }) }), { leak: 0.1 }),
  "Batch normalization": () =>
    lessons.initWeights(lessons.getModel({ norm: (channels) => new nn.BatchNorm2d(channels) })),
  "PyTorch's default weights": () => lessons.getModel(),
};

const tell = (told: Told) => postMessage(told);

/** Tells each batch's loss. */
class TellLoss extends Callback {
  override async afterBatch(learn: LearnerCore): Promise<void> {
    if (learn.training) tell({ kind: "loss", loss: await learn.batchLoss.item() });
  }
}

async function train({ device: name, network, lr, images, epochs }: Order): Promise<void> {
  const on = setDefaultDevice(device(name));
  await on.ready;
  tell({ kind: "device", description: on.description });
  setSeed(42);
  const source = new data.GarmentsSource({ trainCount: images, testCount: Math.max(64, images >> 3) });
  const dls = data.DataLoaders.fromRaw(await source.drawAll(), { batchSize: 256 });
  const model = MODELS[network as typeof NETWORKS[number]]();
  const metrics = new MetricsCB({ accuracy }, { log: () => {} }), stats = new ActivationStats();
  const learn = Learner.of(model, dls).loss(F.crossEntropy).lr(lr).callbacks([metrics, stats, new TellLoss()]);
  for (let epoch = 0; epoch < epochs; epoch++) {
    await learn.fit(1, { resume: epoch > 0 });
    const [trained, valid] = metrics.rows.slice(-2) as unknown as { loss: number; accuracy: number }[];
    const last = (values: readonly number[] | undefined) => values?.at(-1);
    const layers = stats.activationFigures().map((figures): LayerRow => ({
      name: figures.name,
      mean: last(figures.mean)!,
      std: last(figures.std)!,
      zeros: last(figures.zeros),
      off: figures.units === undefined ? undefined : last(figures.unitsOff)! / figures.units,
    }));
    tell({
      kind: "epoch",
      row: [trained!.loss, trained!.accuracy, valid!.loss, valid!.accuracy],
      layers,
      findings: learn.diagnose().findings.map(({ module, text, remedy }) =>
        `${module ? `${module}: ` : ""}${text}. ${remedy}`
      ),
    });
  }
}

addEventListener("message", ({ data }: MessageEvent<Order>) => {
  train(data).then(
    () => tell({ kind: "end" }),
    (error: unknown) => tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) }),
  );
}, { once: true });
