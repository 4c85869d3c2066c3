// Your own pictures, a folder for each class, with augmentation and a mean over views at the end.
//
//     deno run --allow-read --allow-write=out docs/examples/own_images.ts PICTURES [EPOCHS]
import { accuracy, data, F, interpret, Learner, learner, nn, optim, setSeed } from "../../mod.ts";

const [folder, epochs = "10"] = Deno.args;
if (!folder) throw new RangeError("Give a folder that holds a folder of pictures for each class");
setSeed(1);

const pictures = await data.imageFolder(folder, { size: 32, normalize: { mean: [0.485, 0.456, 0.406], std: 0.225 } });
const [train, valid] = data.randomSplit(pictures, [0.8, 0.2]);
console.log(`${train!.length} + ${valid!.length} pictures of ${pictures.classes.join(", ")}`);

// Classes of few pictures come as often as the others.
const labels = pictures.files.map((file) => pictures.classes.findIndex((name) => file.startsWith(name)));
const counts = pictures.classes.map((_, c) => labels.filter((label) => label === c).length);
const sampler = new data.WeightedRandomSampler(Array.from(train!.positions, (p) => 1 / counts[labels[p]!]!));
const dls = new data.DataLoaders(
  new data.DataLoader(train!, { batchSize: 16, sampler }),
  new data.DataLoader(valid!, { batchSize: 32 }),
);

const augment = data.augmentations(
  data.randomCrop({ padding: 3 }),
  data.randomFlip(),
  data.randomRotate({ degrees: 15 }),
  data.randomBrightness({ by: 0.2 }),
);
const block = (from: number, to: number) => [
  new nn.Conv2d(from, to, 3, { stride: 2, padding: 1, bias: false }),
  new nn.BatchNorm2d(to),
  new nn.ReLU(),
];
const head = [new nn.AdaptiveAvgPool2d(1), new nn.Flatten(), new nn.Linear(64, pictures.classes.length)];
const model = new nn.Sequential(...block(3, 16), ...block(16, 32), ...block(32, 64), ...head);

const learn = Learner.of(model, dls).loss(F.crossEntropy).optimizer(optim.AdamW).metrics({ accuracy })
  .callbacks([new learner.BatchTransformCB(augment, { onValid: false })]);
await learn.fitOneCycle(Number(epochs), { lr: 1e-2 });

const [probabilities, targets] = await learner.tta(learn);
console.log("accuracy with mirrored views:", await accuracy(probabilities, targets!).item());
const seen = await interpret(learn, { classes: pictures.classes });
await seen.confusion().save("out/own_images/confusion.svg");
await (await seen.plotTopLosses(9)).save("out/own_images/worst.svg");
