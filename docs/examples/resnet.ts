// A residual network on Fashion-MNIST: past 92 % of the test images in five epochs.
//
//     deno run --allow-read --allow-env docs/examples/resnet.ts
//
// Faster with DENO_V8_FLAGS=--no-wasm-bounds-checks,--experimental-wasm-revectorize. With --small it takes seconds and proves nothing.
import { accuracy, data, F, Learner, learner, nn, optim, setSeed, type Tensor } from "../../mod.ts";

const small = Deno.args.includes("--small");
setSeed(42);

/** A convolution, its norm, and the activation unless it comes later. */
const conv = (from: number, to: number, { kernel = 3, stride = 1, act = true } = {}) =>
  new nn.Sequential(
    new nn.Conv2d(from, to, kernel, { stride, padding: kernel >> 1, bias: false }),
    new nn.BatchNorm2d(to),
    ...(act ? [new nn.ReLU()] : []),
  );

/** Two convolutions, and the input beside them, brought to the same size. */
class Block extends nn.Module {
  readonly convs: nn.Sequential;
  readonly shortCut: nn.Module;

  constructor(from: number, to: number, stride = 2) {
    super();
    this.convs = new nn.Sequential(conv(from, to), conv(to, to, { stride, act: false }));
    const pool = stride === 2 ? [new nn.AvgPool2d(2)] : [];
    this.shortCut = from === to && stride === 1
      ? new nn.Identity()
      : new nn.Sequential(...pool, new nn.Conv2d(from, to, 1, { bias: false }));
  }

  override forward(x: Tensor): Tensor {
    return F.relu(this.convs.call(x).add(this.shortCut.call(x)));
  }
}

const model = new nn.Sequential(
  ...[new Block(1, 16, 1), new Block(16, 32), new Block(32, 64), new Block(64, 128, 1)],
  ...[new nn.AdaptiveAvgPool2d(1), new nn.Flatten(), new nn.Linear(128, 10)],
);

const raw = await data.loadRaw(small ? "garments" : "fashion-mnist");
const limit = small ? { limit: 256 } : {}, epochs = small ? 1 : 5;
const dls = data.DataLoaders.fromRaw(raw, {
  batchSize: small ? 64 : 512,
  normalize: { mean: 0.286, std: 0.353 },
  ...limit,
});
const learn = Learner.of(model, dls).loss(F.crossEntropy).optimizer(optim.AdamW).metrics({ accuracy })
  .callbacks([new learner.ParamScheduler("lr", optim.oneCycle(1e-2))]);
await learn.fit(epochs);
const [probabilities, targets] = await learner.tta(learn);
console.log("mirrored too:", await accuracy(probabilities, targets!).item());
