/** Trainings of the lessons' networks on the built-in pictures, written as a user writes them: by Sonde's public names alone. */
import type * as Everything from "../../../mod.ts";

/** What the bundle has. */
type Sonde = Omit<typeof Everything, "sweep" | "defineSweep">;

/** Channels of networks of two layers, as a software device takes half a second or more for each new text with a convolution in it. */
const channels = [1, 4, 8];

const MODELS = {
  "the plain network of five layers": ({ lessons }) => lessons.initWeights(lessons.getModel()),
  "running batch normalisation and a general ReLU": ({ lessons, nn }) =>
    lessons.initWeights(
      lessons.getCnnModel({
        channels,
        norm: (channels) => new lessons.RunningBatchNorm(channels),
        act: () => new nn.GeneralReLU({ leak: 0.1, sub: 0.4 }),
        bias: false,
      }),
      { leak: 0.1 },
    ),
  "fused batch normalisation, dropout and GELU": ({ lessons, nn }) =>
    new nn.Sequential(
      lessons.getCnnModel({ channels, norm: (channels) => new nn.BatchNorm2d(channels), act: () => new nn.GELU() }),
      new nn.Dropout(0.1),
    ),
} satisfies Record<string, (sonde: Sonde) => Everything.nn.Module>;

/** The names of the networks. */
export const NETWORKS = Object.keys(MODELS) as (keyof typeof MODELS)[];

/** The losses of an epoch, and of its validation, on that device. Longer, and a unit that is all but 0 shows in the losses. */
export async function train(sonde: Sonde, network: keyof typeof MODELS, device: "cpu" | "webgpu"): Promise<number[]> {
  const { data, F, Learner, Recorder, setDefaultDevice, setSeed } = sonde;
  setDefaultDevice(device);
  setSeed(7);
  const raw = await new data.GarmentsSource({ trainCount: 192, testCount: 64 }).drawAll();
  const dls = data.DataLoaders.fromRaw(raw, { batchSize: 64 });
  const recorder = new Recorder();
  const model = MODELS[network](sonde);
  await Learner.of(model, dls).loss(F.crossEntropy).momentum(0.9).lr(0.01).watch(recorder).fit(1);
  return [...recorder.losses, ...recorder.validLosses];
}
