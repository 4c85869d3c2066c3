/** Model A of the lessons on made-up images, for tests of the engine as a whole. */
import { Device } from "../../lib/device/device.ts";
import type { Module } from "../../lib/nn/module.ts";
import { getModel } from "../../lib/lessons/models.ts";
import { DataLoaders } from "../../lib/data/dataloaders.ts";
import { ImageDataset, type ImageSplit } from "../../lib/data/image_dataset.ts";
import { setSeed } from "../../lib/tensor/random.ts";

/** `count` images of noise whose brightness tells the class, so that there is something to learn. */
export function madeUpImages(count: number, seed = 1): ImageSplit {
  const images = new Uint8Array(count * 784), labels = new Uint8Array(count);
  let state = seed;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) | 0) >>> 0;
  for (let i = 0; i < count; i++) {
    const label = random() % 10;
    labels[i] = label;
    for (let p = 0; p < 784; p++) images[i * 784 + p] = (random() >>> 25) + (p % 10 === label ? 120 : 0);
  }
  return { images, labels, count };
}

/** The same images, drawn only when they are asked for. */
export function drawnOnDemand(whole: ImageSplit): ImageSplit {
  const images = new Uint8Array(whole.images.length), labels = new Uint8Array(whole.count);
  const drawn = new Set<number>();
  return {
    images,
    labels,
    count: whole.count,
    get complete() {
      return drawn.size === whole.count;
    },
    ready(positions = Int32Array.from(labels, (_, i) => i)) {
      for (const p of positions) {
        images.set(whole.images.subarray(p * 784, (p + 1) * 784), p * 784);
        labels[p] = whole.labels[p]!;
        drawn.add(p);
      }
    },
  };
}

/** A fresh cpu device with so many threads. */
export function cpu(threads: number): Device {
  return new Device("cpu", { threads });
}

/** The model and loaders on `device`, the same for the same seed. */
export function setUp(
  device: Device,
  options: { count?: number; batchSize?: number; seed?: number; onDemand?: boolean } = {},
): { model: Module; dls: DataLoaders } {
  const { count = 300, batchSize = 64, seed = 7, onDemand = false } = options;
  const present = (split: ImageSplit) => new ImageDataset(onDemand ? drawnOnDemand(split) : split, { device });
  setSeed(seed);
  const model = getModel({ device });
  const dls = DataLoaders.of(present(madeUpImages(count)), present(madeUpImages(100, 2)), { batchSize });
  return { model, dls };
}
