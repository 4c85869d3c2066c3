// Two networks against each other: one draws garments, the other tells drawn from real.
//
//     deno run --allow-read --allow-env --allow-write=out docs/examples/gan.ts [--small]
import { data, F, flush, nn, noGrad, ones, optim, plot, randn, setSeed, type Tensor, zeros } from "../../mod.ts";

const small = Deno.args.includes("--small");
setSeed(5);
const LATENT = 32, BATCH = 64;
const raw = await data.loadRaw("garments");
const images = new data.ImageDataset(raw.train, { normalize: { mean: 0.5, std: 0.5 }, limit: small ? 1024 : 20_000 });
const loader = new data.DataLoader(images, { batchSize: BATCH, shuffle: true, dropLast: true });

const generator = new nn.Sequential(
  ...[new nn.Linear(LATENT, 256), new nn.BatchNorm1d(256), new nn.LeakyReLU(0.2)],
  ...[new nn.Linear(256, 512), new nn.BatchNorm1d(512), new nn.LeakyReLU(0.2)],
  ...[new nn.Linear(512, 784), new nn.Tanh(), new nn.Lambda((x: Tensor) => x.view(-1, 1, 28, 28))],
);
const critic = new nn.Sequential(
  ...[new nn.Flatten(), new nn.Linear(784, 512), new nn.LeakyReLU(0.2), new nn.Dropout(0.3)],
  ...[new nn.Linear(512, 256), new nn.LeakyReLU(0.2), new nn.Dropout(0.3), new nn.Linear(256, 1)],
);
const settings = { lr: 2e-4, betas: [0.5, 0.999] } as const;
const drawing = new optim.Adam(generator.parameters(), settings),
  judging = new optim.Adam(critic.parameters(), settings);
const real = ones([BATCH, 1]).keep(), drawn = zeros([BATCH, 1]).keep();
const loss = (scores: Tensor, target: Tensor) => F.binaryCrossEntropyWithLogits(scores, target);

for (let epoch = 0; epoch < (small ? 1 : 20); epoch++) {
  let judged = 0, fooled = 0, batches = 0;
  for await (const [x] of loader) {
    const fake = generator.call(randn([BATCH, LATENT]));

    const apart = loss(critic.call(x!), real).add(loss(critic.call(fake.detach()), drawn)).div(2);
    apart.backward();
    const kept = apart.detach().keep();
    judging.step();
    judging.zeroGrad();

    const alike = loss(critic.call(fake), real);
    alike.backward();
    const keptToo = alike.detach().keep();
    drawing.step();
    drawing.zeroGrad();
    critic.zeroGrad(); // what the drawing's loss left there
    if (batches++ % 32 === 0) [judged, fooled] = [await kept.item(), await keptToo.item()];
    flush();
  }
  console.log(`epoch ${epoch}: judging ${judged.toFixed(3)}, drawing ${fooled.toFixed(3)}`);
}
generator.eval();
const sheet = noGrad(() => generator.call(randn([32, LATENT])));
await (await plot.showImages(sheet, { columns: 8, range: [-1, 1] })).save("out/gan/drawn.svg");
