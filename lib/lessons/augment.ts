/** How set-ups change training images. */
import { type Augmentation, augmentations, randomCrop, randomFlip } from "../data/augment.ts";
import { randomCopy, randomErase } from "../data/augment_places.ts";
import type { AugmentSetup } from "./types.ts";

const MADE: Readonly<Record<AugmentSetup, () => Augmentation>> = {
  crop: () => randomCrop({ padding: 1 }),
  flip: () => randomFlip(),
  erase: () => randomErase({ most: 4, share: 0.2 }),
  copy: () => randomCopy({ most: 4, share: 0.2 }),
};

/** One after the other. */
export function augmentationOf(setup: readonly AugmentSetup[]): Augmentation {
  return augmentations(...setup.map((name) => MADE[name]()));
}
