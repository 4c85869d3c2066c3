/**
 * The published data sets: their files, checksums and publishers.
 *
 * @module
 */
import { CLOTHES } from "./raw.ts";

/** One file of a published data set. */
export interface PublishedFile {
  readonly file: string;
  /** Bytes of the content once unpacked. */
  readonly bytes: number;
  /** SHA-256 of the content once unpacked: mirrors pack it differently. */
  readonly sha256: string;
}

/** A published data set of four IDX files. */
export interface Published {
  readonly classes: readonly string[];
  /** Addresses of folders that hold the files, the publisher's first. */
  readonly sources: readonly string[];
  readonly files: {
    readonly trainImages: PublishedFile;
    readonly trainLabels: PublishedFile;
    readonly testImages: PublishedFile;
    readonly testLabels: PublishedFile;
  };
}

const files = (trainImages: string, trainLabels: string, testImages: string, testLabels: string) => ({
  trainImages: { file: "train-images-idx3-ubyte.gz", bytes: 16 + 60_000 * 784, sha256: trainImages },
  trainLabels: { file: "train-labels-idx1-ubyte.gz", bytes: 8 + 60_000, sha256: trainLabels },
  testImages: { file: "t10k-images-idx3-ubyte.gz", bytes: 16 + 10_000 * 784, sha256: testImages },
  testLabels: { file: "t10k-labels-idx1-ubyte.gz", bytes: 8 + 10_000, sha256: testLabels },
});

/** The published data sets by name. */
export const PUBLISHED: Readonly<Record<"mnist" | "fashion-mnist", Published>> = {
  "mnist": {
    classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    sources: [
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
      "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ],
    files: files(
      "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
  },
  "fashion-mnist": {
    classes: CLOTHES,
    sources: [
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
      "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ],
    files: files(
      "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
      "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
      "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
      "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
  },
};
