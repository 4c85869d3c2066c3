// What a trained network looks at: feature maps of its first layers, and which pixels its decision hangs on.
//
//     deno run --allow-read --allow-env --allow-write=out docs/examples/saliency.ts [--small]
import { accuracy, data, F, Learner, learner, lessons, nn, optim, plot, setSeed, type Tensor } from "../../mod.ts";

const small = Deno.args.includes("--small");
setSeed(3);
const raw = await data.loadRaw("garments");
const dls = data.DataLoaders.fromRaw(raw, { batchSize: 128, limit: small ? 1024 : 20_000 });
const model = lessons.initWeights(lessons.getModel());
const learn = Learner.of(model, dls).loss(F.crossEntropy).optimizer(optim.AdamW).lr(3e-3).metrics({ accuracy });
await learn.fit(small ? 1 : 3);

const [images, labels] = await dls.valid.first();
const x = images!.narrow(0, 0, 8).clone().requiresGrad_();
model.eval();

// Feature maps: what the first two activations make of one image.
const layers = learner.findModules(model, learner.isInstance(nn.ReLU));
using hooks = new learner.Hooks<Tensor>(layers.slice(0, 2), (hook, _module, _inputs, output) => {
  hook.value = output.detach().keep();
});
const scores = model.call(x);
for (const [i, hook] of [...hooks].entries()) {
  const maps = hook.value!.at(0).unsqueeze(1); // [channels, 1, h, w]
  await (await plot.showImages(maps, { title: `activation ${i + 1}` })).save(`out/saliency/maps${i + 1}.svg`);
}

// Saliency: how the score of the class that won would change with each pixel (Simonyan et al. 2013).
const won = scores.argmax(1);
scores.gather(1, won.unsqueeze(1)).sum().backward();
const saliency = x.grad!.abs();
const each = saliency.div(saliency.max([1, 2, 3], { keepdim: true })); // every image by its own scale
const names = (await won.array() as number[]).map((c) => raw.classes[c]!);
await (await plot.showImages(x.detach(), { titles: names, columns: 4 })).save("out/saliency/images.svg");
await (await plot.showImages(each, { titles: names, columns: 4 })).save("out/saliency/saliency.svg");

// The pixels beside a garment count too, and often for more: light above a sandal would make a boot of it.
const inside = x.detach().gt(0.1).float(), outside = inside.neg().add(1);
const mean = async (mask: Tensor) => (await each.mul(mask).sum().div(mask.sum()).item()).toFixed(3);
console.log(`right: ${await won.eq(labels!.narrow(0, 0, 8)).float().mean().item()}`);
console.log(`saliency of a pixel: ${await mean(inside)} on the garment, ${await mean(outside)} beside it`);
