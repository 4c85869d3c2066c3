// A U-Net that cleans pictures, beside an autoencoder that must press them through a few numbers.
//
//     deno run --allow-read --allow-env --allow-write=out docs/examples/unet.ts [--small]
import { cat, data, F, Learner, learner, nn, optim, plot, randn, setSeed, type Tensor } from "../../mod.ts";

const small = Deno.args.includes("--small"), WIDTH = small ? 8 : 16;
setSeed(6);

const convs = (from: number, to: number) =>
  new nn.Sequential(
    ...[new nn.Conv2d(from, to, 3, { padding: 1, bias: false }), new nn.BatchNorm2d(to), new nn.ReLU()],
    ...[new nn.Conv2d(to, to, 3, { padding: 1, bias: false }), new nn.BatchNorm2d(to), new nn.ReLU()],
  );

/** Halves the picture twice, doubles it twice, and lays what was before beside what comes back (Ronneberger et al. 2015). */
class UNet extends nn.Module {
  readonly down1 = convs(1, WIDTH);
  readonly down2 = convs(WIDTH, 2 * WIDTH);
  readonly bottom = convs(2 * WIDTH, 4 * WIDTH);
  readonly up2 = convs(6 * WIDTH, 2 * WIDTH);
  readonly up1 = convs(3 * WIDTH, WIDTH);
  readonly out = new nn.Conv2d(WIDTH, 1, 1);

  override forward(x: Tensor): Tensor {
    const double = (t: Tensor) => F.interpolate(t, { scaleFactor: 2 });
    const one = this.down1.call(x),
      two = this.down2.call(F.maxPool2d(one, 2)),
      low = this.bottom.call(F.maxPool2d(two, 2));
    const back = this.up2.call(cat([double(low), two], 1));
    return this.out.call(this.up1.call(cat([double(back), one], 1)));
  }
}

const autoencoder = new nn.Sequential(
  ...[new nn.Flatten(), new nn.Linear(784, 128), new nn.ReLU(), new nn.Linear(128, 16)],
  ...[new nn.ReLU(), new nn.Linear(16, 128), new nn.ReLU(), new nn.Linear(128, 784)],
  new nn.Lambda((x: Tensor) => x.view(-1, 1, 28, 28)),
);

// A batch is a noisy picture, and the clean one as its target.
const raw = await data.loadRaw("garments");
const dls = data.DataLoaders.fromRaw(raw, { batchSize: 64, limit: small ? 512 : 10_000 });
const noisy = new learner.BatchTransformCB(([x]) => [x!.add(randn(x!.shape).mul(0.3)), x!]);

const sheets: Tensor[] = [];
for (const [name, model] of [["U-Net", new UNet()], ["autoencoder", autoencoder]] as const) {
  const learn = Learner.of(model, dls).callbacks([noisy]).loss(F.mseLoss).optimizer(
    optim.AdamW,
  );
  await learn.lr(2e-3).fit(small ? 1 : 3);
  const [clean, target] = await learn.getPreds();
  console.log(`${name}: ${(await F.mseLoss(clean, target!).item()).toFixed(4)} (the noise: 0.0900)`);
  sheets.push(clean.narrow(0, 0, 8), target!.narrow(0, 0, 8));
}
await (await plot.showImages(cat(sheets), { columns: 8, range: [0, 1] })).save("out/unet/cleaned.svg");
