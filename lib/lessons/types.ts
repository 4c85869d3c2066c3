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
  readonly accuracy: number;
  readonly loss: number;
}

/** One epoch's figures, as a document prints them. */
export interface EpochFigures {
  readonly train: Figures;
  readonly eval: Figures;
}

/** The activation after each convolution but the last. */
export type ActivationSetup =
  | { readonly kind: "relu" }
  | { readonly kind: "generalRelu"; readonly leak: number; readonly sub: number };

/** How the convolutions' weights begin. */
export type InitSetup =
  /** PyTorch's default for the layer: uniform, Kaiming with a = √5, fan-in. */
  | { readonly kind: "default" }
  /** Kaiming normal, fan-in, for a leaky ReLU of slope `leak`; biases keep their default. */
  | { readonly kind: "kaimingNormal"; readonly leak: number };

/** How the pictures are brought to zero mean and unit standard deviation, if they are. */
export type NormalizeSetup =
  /** Bytes divided by 255, and no more. */
  | "none"
  /** By a callback on every batch, training and evaluation, with the first batch's mean and standard deviation. */
  | "callback"
  /** In the data set itself, with the first batch's mean and standard deviation. */
  | "dataset";

/** Everything that makes a run what it is. */
export interface Setup {
  /** The data set of the run's document. */
  readonly dataset: Exclude<DatasetName, "garments">;
  /** `strided`: five 3×3 convolutions of stride 2, 1→8→16→32→64→10, all with a bias. */
  readonly model: "strided";
  readonly activation: ActivationSetup;
  readonly init: InitSetup;
  readonly normalize: NormalizeSetup;
  readonly batchSize: number;
  readonly lr: number;
  readonly momentum: number;
  readonly epochs: number;
}

/** One experiment of a lesson. */
export interface Run {
  /** Unique over all lessons: `A1`. */
  readonly id: string;
  readonly title: string;
  /** What is special about it, in a sentence for people. */
  readonly about: string;
  readonly setup: Setup;
  /** Figures of the document, from its single seed; one entry an epoch, possibly none. */
  readonly published: readonly EpochFigures[];
}

/** A series of runs that tell one story. */
export interface Lesson {
  /** The name on the command line. */
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly runs: readonly Run[];
}

/** Writes figures as the documents do: `[train accuracy, train loss, eval accuracy, eval loss]` an epoch. */
export function figures(...epochs: readonly (readonly [number, number, number, number])[]): EpochFigures[] {
  return epochs.map(([trainAccuracy, trainLoss, evalAccuracy, evalLoss]) => ({
    train: { accuracy: trainAccuracy, loss: trainLoss },
    eval: { accuracy: evalAccuracy, loss: evalLoss },
  }));
}
