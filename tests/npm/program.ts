/** What a user of the package's types writes: must compile under tsc, strictly, with the package's own types checked too. */
import { accuracy, data, F, Learner, lessons, nn, optim, Recorder, type Tensor, tensor } from "@sonde/sonde";

const x: Tensor = tensor([[1, 2], [3, 4]]).matmul(tensor([[1, 0], [0, 1]]));
const shape: readonly number[] = x.shape;
const model: nn.Module = new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 10));
const raw = await data.loadRaw("garments");
const dls = data.DataLoaders.fromRaw(raw, { batchSize: 64, limit: 256 });
const recorder = new Recorder();
await Learner.of(model, dls).loss(F.crossEntropy).lr(0.1).metrics({ accuracy }).watch(recorder).fit(1);
const first: number | undefined = recorder.losses[0];
// @ts-expect-error: shapes are numbers
lessons.getModel({ channels: ["1"] });
console.log(shape, first, optim.SGD);
