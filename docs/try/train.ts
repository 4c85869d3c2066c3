/** The thread that trains: gets an order, and tells what happens. A worker, as a page's own thread must not be held up. */
import * as sonde from "../../tasks/bundle/entry.ts";
import type { Asked, NETWORKS, Order, Told } from "./messages.ts";

const {
  accuracy,
  ActivationStats,
  data,
  device,
  DiagnoseCB,
  F,
  Learner,
  lessons,
  LiveCB,
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

const SEED = 42;

const tell = (told: Told) => postMessage(told);

let facts: Record<string, string> = {};
const live = new LiveCB({ to: (events) => tell({ kind: "events", events }), facts: () => facts });

async function train({ device: name, network, lr, images, epochs }: Order): Promise<void> {
  const on = setDefaultDevice(device(name));
  await on.ready;
  tell({ kind: "device", description: on.description });
  setSeed(SEED);
  facts = { title: `${network}, ${lr}, ${name}`, network, data: `${images} drawn garments`, seed: String(SEED) };
  const source = new data.GarmentsSource({ trainCount: images, testCount: Math.max(64, images >> 3) });
  const dls = data.DataLoaders.fromRaw(await source.drawAll(), { batchSize: 256 });
  const model = MODELS[network as typeof NETWORKS[number]]();
  const metrics = new MetricsCB({ accuracy }, { log: () => {} });
  await Learner.of(model, dls).loss(F.crossEntropy).lr(lr)
    .callbacks([metrics, new ActivationStats(), new DiagnoseCB(), live]).fit(epochs);
}

addEventListener("message", ({ data: asked }: MessageEvent<Asked>) => {
  if (asked.kind === "ask") return live.ask(asked.command);
  train(asked.order).then(
    () => tell({ kind: "end" }),
    (error: unknown) => tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) }),
  );
});
