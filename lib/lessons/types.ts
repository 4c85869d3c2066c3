/**
 * What a lesson is: its runs' set-ups and published figures, as plain data.
 *
 * Nothing here touches the engine, so that a list of lessons costs nothing to print.
 *
 * @module
 */

/** The lessons' data sets by the names that the command line uses. */
export type DatasetName = "garments" | "fashion-mnist" | "mnist";

/** Loss and accuracy over one phase of an epoch; a diverged run has `NaN` among them. */
export interface Figures {
  /** The fraction of samples that were classified correctly. */
  readonly accuracy: number;
  /** The mean over the samples. */
  readonly loss: number;
}

/** One epoch's figures, as a document prints them. */
export interface EpochFigures {
  /** Of training. */
  readonly train: Figures;
  /** Of the evaluation after it. */
  readonly eval: Figures;
}

/** The network. Where nothing else is said, every convolution has stride 2. */
export type ModelSetup =
  /** 3×3 convolutions down to one pixel; norm before activation; the last convolution is bare and gives the classes. */
  | { readonly kind: "strided" }
  /** A first convolution of 5×5, then of 3×3; activation before norm; average pool, and a linear layer to the classes. */
  | { readonly kind: "pooled"; readonly channels: readonly number[] }
  /** 3×3 convolutions, the first of stride 1, down to one pixel; a norm after each, the last, which gives the classes, too. */
  | { readonly kind: "deep"; readonly channels: readonly number[] }
  /** Residual blocks, then flattened, and a linear layer without bias with a norm of its own: `lessons.getResNet`. */
  | {
    readonly kind: "residual";
    /** After each layer; the first has stride 1. */
    readonly channels: readonly number[];
    /** Side of the first layer's windows; the others' are of 3×3. Default: 3. */
    readonly kernelSize?: number;
    /** What the first layer is. Default: a block. */
    readonly first?: "block" | "convolution";
    /** Channels of one more block, of stride 1. Default: none. */
    readonly last?: number;
    /** Average each channel's map before the linear layer. Default: false. */
    readonly pool?: boolean;
    /** Share of the linear layer's inputs that is dropped in training. Default: 0. */
    readonly dropout?: number;
  }
  /** ResNet-18 with a stem of three convolutions and averaged short cuts: `lessons.resNet18d`. */
  | { readonly kind: "resnet18d" };

/** The activation after each convolution (of a strided network: but the last). */
export type ActivationSetup =
  | { readonly kind: "none" }
  | { readonly kind: "relu" }
  | { readonly kind: "generalRelu"; readonly leak: number; readonly sub: number }
  /** A ReLU moved down by a number that is never trained: at first 0, set by LSUV. */
  | { readonly kind: "shiftedRelu" };

/** The normalisation beside each activation. An eps that is not given is the layer's default. */
export type NormSetup =
  | { readonly kind: "none" }
  /** By hand: `lessons.BatchNorm`. Of the library: `nn.BatchNorm2d`, whose numbers are PyTorch's. */
  | { readonly kind: "batchNorm"; readonly by: "hand" | "library"; readonly eps?: number }
  /** `lessons.LayerNorm`, with one factor and one summand a layer. */
  | { readonly kind: "layerNorm"; readonly eps?: number }
  /** `lessons.InstanceNorm`. */
  | { readonly kind: "instanceNorm"; readonly eps?: number }
  /** `lessons.RunningBatchNorm`. */
  | { readonly kind: "runningBatchNorm"; readonly debias?: boolean }
  /** `nn.GroupNorm`, with so many groups in every layer, or a group for each channel. */
  | { readonly kind: "groupNorm"; readonly groups: number | "channels" };

/** How the convolutions' weights begin. */
export type InitSetup =
  /** PyTorch's default for the layer: uniform, Kaiming with a = √5, fan-in. */
  | { readonly kind: "default" }
  /** Kaiming normal, fan-in, for a leaky ReLU of slope `leak`; biases keep their default unless they are set to zero. */
  | { readonly kind: "kaimingNormal"; readonly leak: number; readonly zeroBias?: boolean }
  /** Kaiming normal, fan-out, for ReLUs; the last norm of each residual block begins at 0, so that the block passes on its input. */
  | { readonly kind: "resnet" };

/**
 * How LSUV brings each activation to mean 0 and deviation 1 before the training: `pair`: bias and weight of the convolution in the same
 * pass; `scaleThenShift`: first the weight, then what the activation subtracts.
 */
export type LsuvSetup = "none" | "pair" | "scaleThenShift";

/** How the pictures are brought to zero mean and unit standard deviation, if they are. */
export type NormalizeSetup =
  /** Bytes divided by 255, and no more. */
  | "none"
  /** By a callback on every batch, training and evaluation, with the first batch's mean and standard deviation. */
  | "callback"
  /** In the data set itself, with the first batch's mean and standard deviation. */
  | "dataset"
  /** In the data set itself, with mean and standard deviation of all training images. */
  | "training"
  /** In the data set itself, with Fashion-MNIST's mean and standard deviation in two digits, 0.28 and 0.35. */
  | "constants";

/** A part of the training in which the learning rate goes along a straight line. */
export interface ScheduleLeg {
  /** From 0 to 1; those of all legs add up to 1. */
  readonly fraction: number;
  /** The rate at its beginning. */
  readonly from: number;
  /** The rate at its end. */
  readonly to: number;
}

/** How training images are changed, each anew in every epoch. */
export type AugmentSetup =
  /** Moved by up to one pixel each way. */
  | "crop"
  /** Mirrored left to right, half of them. */
  | "flip"
  /** Up to four places overwritten with noise. */
  | "erase"
  /** Up to four places overwritten with others of the same image. */
  | "copy";

/** The learning rate, or its way through the training. */
export type RateSetup =
  /** The same at every step. */
  | number
  /** Straight lines, one after the other. */
  | readonly ScheduleLeg[]
  /** Half a cosine from `from` down to 0; by epoch, all steps of an epoch have the rate of its first. */
  | { readonly kind: "cosine"; readonly from: number; readonly by: "batch" | "epoch" }
  /** Up to `max` and down again, the momentum the other way: PyTorch's `OneCycleLR` with its defaults. */
  | { readonly kind: "oneCycle"; readonly max: number };

/** What moves the parameters by their gradients. */
export type OptimizerSetup =
  /** `lessons.Momentum`: by an average of the gradients. */
  | { readonly kind: "averagedMomentum"; readonly momentum: number }
  /** `lessons.RMSProp`: by the gradient, divided by the root of its average square. */
  | { readonly kind: "rmsProp"; readonly alpha: number; readonly eps: number }
  /** `optim.Adam`. */
  | { readonly kind: "adam"; readonly betas: readonly [number, number]; readonly eps: number }
  /** `optim.AdamW` with its defaults. */
  | { readonly kind: "adamW" };

/** Whose probabilities are averaged once a run has ended, for one accuracy more. */
export type AverageSetup =
  /** Its network's, for each evaluation image and for its mirror image. */
  | "mirrored"
  /** Its network's, and those of the network that the seed before has left. */
  | "pair";

/** Everything that makes a run what it is. */
export interface Setup {
  /** The data set of the run's document. */
  readonly dataset: Exclude<DatasetName, "garments">;
  /** So many images at the end of the training file are not trained on, and evaluated in place of the test file's. 0: the test file's. */
  readonly heldOut: number;
  /** The network. */
  readonly model: ModelSetup;
  /** What follows its convolutions. */
  readonly activation: ActivationSetup;
  /** What normalises their outputs. */
  readonly norm: NormSetup;
  /** Whether the convolutions have a bias. */
  readonly bias: boolean;
  /** How their weights begin. */
  readonly init: InitSetup;
  /** Whether and how LSUV brings them to scale. */
  readonly lsuv: LsuvSetup;
  /** How the pictures are normalised. */
  readonly normalize: NormalizeSetup;
  /** How training images are changed. Default: not at all. */
  readonly augment?: readonly AugmentSetup[];
  /** Of the training; evaluation takes twice as many. */
  readonly batchSize: number;
  /** The rate, or its way through the training. */
  readonly lr: RateSetup;
  /** 0: plain SGD. */
  readonly momentum: number;
  /** Default: SGD, with the momentum above. */
  readonly optimizer?: OptimizerSetup;
  /** Times that all training images are seen. */
  readonly epochs: number;
  /** Which predictions are averaged at the end. Default: none. */
  readonly average?: AverageSetup;
  /** The run whose trained model and gradients, of the same seed, this one begins with. */
  readonly after?: string;
}

/** What becomes of a run: `steady`: every seed ends close to the others; `varies`: seeds differ, and some may fail; `fails`: all do. */
export type OutcomeKind = "steady" | "varies" | "fails";

/** One experiment of a lesson. */
export interface Run {
  /** Unique over all lessons: `A1`. */
  readonly id: string;
  /** A few words for tables and charts. */
  readonly title: string;
  /** What is special about it, in a sentence for people. */
  readonly about: string;
  /** Everything that makes it what it is. */
  readonly setup: Setup;
  /** What becomes of it. */
  readonly outcome: OutcomeKind;
  /** Figures of the document, from its single seed; one entry an epoch, possibly none. */
  readonly published: readonly EpochFigures[];
  /** Where the document has no figures: the last epoch in the notebook of the course that it follows. */
  readonly course?: EpochFigures;
  /** The course's accuracy where predictions are averaged as the set-up says. */
  readonly courseAverage?: number;
  /** What the ledger says about it besides the figures. */
  readonly note?: string;
}

/** A series of runs that tell one story. */
export interface Lesson {
  /** The name on the command line. */
  readonly name: string;
  /** A few words for headings. */
  readonly title: string;
  /** What is to be learned, in a sentence or two. */
  readonly about: string;
  /** The runs, in the order to read them. */
  readonly runs: readonly Run[];
}

/** Writes figures as the documents do: `[train accuracy, train loss, eval accuracy, eval loss]` an epoch. */
export function figures(...epochs: readonly (readonly [number, number, number, number])[]): EpochFigures[] {
  return epochs.map(([trainAccuracy, trainLoss, evalAccuracy, evalLoss]) => ({
    train: { accuracy: trainAccuracy, loss: trainLoss },
    eval: { accuracy: evalAccuracy, loss: evalLoss },
  }));
}
