// A diffusion model: learns which noise is in a garment, and draws new ones out of noise (Ho et al. 2020; drawn as Song et al. 2020 do).
//
//     deno run --allow-read --allow-env --allow-write=out docs/examples/ddpm.ts [--small]
import { cat, data, F, flush, nn, noGrad, optim, plot, setSeed, type Tensor, tensor } from "../../mod.ts";
import { randint, randn } from "../../mod.ts";

const small = Deno.args.includes("--small"), STEPS = small ? 20 : 200, WIDTH = small ? 8 : 32, EPOCHS = small ? 1 : 10;
setSeed(8);
// How much of a picture is left after t steps: a cosine (Nichol and Dhariwal 2021).
const cosine = (t: number) => Math.cos((t / STEPS + 0.008) / 1.008 * Math.PI / 2) ** 2;
const left = Array.from({ length: STEPS }, (_, t) => Math.max(1e-4, cosine(t + 1) / cosine(0)));

const conv = (from: number, to: number) =>
  [new nn.Conv2d(from, to, 3, { padding: 1 }), new nn.GroupNorm(4, to), new nn.SiLU()] as const;
const convs = (from: number, to: number) => [...conv(from, to), ...conv(to, to)];
/** Which noise is in pictures at times t: a U-Net of three sizes, which sees the time as one more channel. */
class Denoiser extends nn.Module {
  readonly wide = new nn.Sequential(...convs(2, WIDTH));
  readonly middle = new nn.Sequential(...convs(WIDTH, 2 * WIDTH));
  readonly low = new nn.Sequential(...convs(2 * WIDTH, 2 * WIDTH));
  readonly up = new nn.Sequential(...convs(4 * WIDTH, WIDTH));
  readonly out = new nn.Sequential(...convs(2 * WIDTH, WIDTH), new nn.Conv2d(WIDTH, 1, 1));

  override forward(x: Tensor, t: Tensor): Tensor {
    const beside = (larger: Tensor, y: Tensor) => cat([larger, F.interpolate(y, { scaleFactor: 2 })], 1);
    const wide = this.wide.call(cat([x, t.float().div(STEPS).view(-1, 1, 1, 1).expand(...x.shape)], 1));
    const middle = this.middle.call(F.avgPool2d(wide, 2)), low = this.low.call(F.avgPool2d(middle, 2));
    return this.out.call(beside(wide, this.up.call(beside(middle, low))));
  }
}

const raw = await data.loadRaw("garments"), limit = small ? 512 : 20_000;
const images = new data.ImageDataset(raw.train, { normalize: { mean: 0.5, std: 0.5 }, limit });
const loader = new data.DataLoader(images, { batchSize: 64, shuffle: true, dropLast: true });
const leftAt = tensor(left).keep(), model = new Denoiser();
const optimiser = new optim.AdamW(model.parameters()), rate = optim.oneCycle(4e-3);
for (let epoch = 0; epoch < EPOCHS; epoch++) {
  let mean: Tensor | undefined, batch = 0; // the mean of losses, with less weight for older ones
  for await (const [x] of loader) {
    const t = randint(0, STEPS, [64]), noise = randn(x!.shape), kept = leftAt.indexSelect(0, t).view(64, 1, 1, 1);
    const loss = F.mseLoss(model.call(x!.mul(kept.sqrt()).add(noise.mul(kept.neg().add(1).sqrt())), t), noise);
    loss.backward();
    optimiser.lr = rate((epoch + batch++ / loader.length!) / EPOCHS);
    mean = (mean?.lerp(loss.detach(), 0.05) ?? loss.detach()).keep();
    optimiser.step();
    optimiser.zeroGrad();
  }
  console.log(`epoch ${epoch}: ${(await mean!.item()).toFixed(4)}`);
}
let x = randn([16, 1, 28, 28]);
for (let t = STEPS - 1; t >= 0; t--) {
  const found = noGrad(() => model.call(x, tensor(Array(16).fill(t), { dtype: "int32" })));
  const [now, next] = [left[t]!, left[t - 1] ?? 1];
  const clean = x.sub(found.mul(Math.sqrt(1 - now))).div(Math.sqrt(now)).clamp(-1, 1);
  const noise = x.sub(clean.mul(Math.sqrt(now))).div(Math.sqrt(1 - now)); // what there is beside it
  x = clean.mul(Math.sqrt(next)).add(noise.mul(Math.sqrt(1 - next))).detach().keep();
  flush();
}
await (await plot.showImages(x, { columns: 8, range: [-1, 1] })).save("out/ddpm/drawn.svg");
