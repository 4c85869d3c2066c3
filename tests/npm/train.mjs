// A4's training, small, on the cpu: the same losses in Deno and in Node, on one thread and on two. Prints them, and how a tensor shows itself.
import { data, device, F, Learner, lessons, nn, Recorder, setDefaultDevice, setSeed, tensor } from "@sonde/sonde";

async function train(threads) {
  setDefaultDevice(device("cpu", { threads }));
  setSeed(42);
  const dls = data.DataLoaders.fromRaw(await data.loadRaw("garments"), { batchSize: 512, limit: 1500 });
  const act = () => new nn.GeneralReLU({ leak: 0.1, sub: 0.4 });
  const model = lessons.initWeights(lessons.getModel({ act }), { leak: 0.1 });
  const recorder = new Recorder();
  await Learner.of(model, dls).loss(F.crossEntropy).lr(0.2).watch(recorder)
    .fit(2);
  return [...recorder.losses, ...recorder.validLosses];
}

const losses = await train(1);
if (JSON.stringify(await train(2)) !== JSON.stringify(losses)) {
  throw new Error("Two threads have other losses than one");
}
console.log(JSON.stringify(losses));
console.log(tensor([1, 2]), tensor([1]).item());
