// A small training on WebGPU: losses within 1e-4 of the cpu's. Prints both. A software adapter takes a second a kernel, so that the
// network has as few layers as have products, a convolution and an activation with a gradient.
import { data, device, F, Learner, nn, Recorder, setDefaultDevice, setSeed } from "@sonde/sonde";

async function train(name) {
  const to = device(name);
  await to.ready;
  setDefaultDevice(to);
  setSeed(42);
  const dls = data.DataLoaders.fromRaw(await data.loadRaw("garments"), { batchSize: 64, limit: 128 });
  const model = new nn.Sequential(
    new nn.Conv2d(1, 4, 3, { stride: 2 }),
    new nn.ReLU(),
    new nn.Flatten(),
    new nn.Linear(676, 10),
  );
  const recorder = new Recorder();
  await Learner.of(model, dls).loss(F.crossEntropy).lr(0.2).watch(recorder).fit(2);
  return { device: to.description, losses: [...recorder.losses, ...recorder.validLosses] };
}

const gpu = await train("webgpu"), cpu = await train("cpu");
console.log(JSON.stringify([gpu, cpu]));
if (gpu.losses.some((loss, i) => !(Math.abs(loss - cpu.losses[i]) <= 1e-4))) {
  throw new Error("Losses on WebGPU are not those on the cpu");
}
