/**
 * Width, pooling and augmentation: how the lesson's residual network passes 94 %.
 *
 * @module
 */
import { course } from "./accelerated.ts";
import { cycled } from "./residual.ts";
import type { Lesson, ModelSetup, Setup } from "./types.ts";

const setup: Setup = { ...cycled, lr: { kind: "oneCycle", max: 1e-2 } };

type Residual = Extract<ModelSetup, { readonly kind: "residual" }>;

const blocks: Residual = { kind: "residual", channels: [16, 32, 64, 128, 256, 512], kernelSize: 5 };
const narrower: Residual = { ...blocks, channels: blocks.channels.slice(0, -1), pool: true };
const small: Residual = { ...narrower, first: "convolution" };

const perImage = "The course draws once for each batch; here every image is changed in its own way.";

/** The lesson on width, pooling and augmentation. */
export const wider: Lesson = {
  name: "wider",
  title: "Width, pooling and augmentation",
  about: "More channels, an average in place of the last block, and training images that are never twice the same.",
  runs: [
    {
      id: "H1",
      title: "wider",
      about: "Twice as many channels in every block, and a first one of 5×5.",
      setup: { ...setup, model: blocks },
      ...course(.961, .145, .934, .219),
    },
    {
      id: "H2",
      title: "pooled",
      about: "The last block keeps its 2×2 pixels, and an average takes them together.",
      setup: { ...setup, model: { ...narrower, last: 512 } },
      ...course(.959, .150, .929, .223),
    },
    {
      id: "H3",
      title: "without the last block",
      about: "The average of 256 channels does nearly as well, with a quarter of the parameters.",
      setup: { ...setup, model: narrower },
      ...course(.957, .158, .930, .230),
    },
    {
      id: "H4",
      title: "plain first layer",
      about:
        "A single convolution in place of the first block, whose maps are the largest: a quarter of the work less.",
      setup: { ...setup, model: small },
      ...course(.956, .161, .928, .236),
    },
    {
      id: "H5",
      title: "augmented",
      about: "Images moved by up to a pixel and mirrored at random, for 20 epochs.",
      setup: { ...setup, model: small, augment: ["crop", "flip"], epochs: 20, average: "mirrored" },
      ...course(.972, .089, .943, .173),
      courseAverage: .945,
      note: `${perImage} The course's 20 epochs without augmentation end at .924.`,
    },
    {
      id: "H6",
      title: "erased",
      about: "Up to four places of each image overwritten with noise as well, for 50 epochs.",
      setup: {
        ...setup,
        model: small,
        augment: ["crop", "flip", "erase"],
        lr: { kind: "oneCycle", max: 2e-2 },
        epochs: 50,
      },
      ...course(.976, .070, .949, .163),
      note: perImage,
    },
    {
      id: "H7",
      title: "copied",
      about: "Up to four places overwritten with others of the same image instead, for 25 epochs.",
      setup: { ...setup, model: small, augment: ["crop", "flip", "copy"], epochs: 25, average: "pair" },
      ...course(.954, .132, .944, .163),
      courseAverage: .947,
      note: perImage,
    },
    {
      id: "H8",
      title: "dropout",
      about: "A tenth of the linear layer's inputs dropped at random.",
      setup: { ...setup, model: { ...small, dropout: 0.1 } },
      ...course(.956, .157, .932, .223),
      note: "The network is that of H4; of which one the course's figures are, they do not say.",
    },
  ],
};
