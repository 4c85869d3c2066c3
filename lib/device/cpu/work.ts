/** What encoders say of a command's work: how much it is, and which images its chunks are. */

/** Which chunks of a command are which images: so many chunks after the other are so many images. */
export interface ImageCut {
  readonly images: number;
  readonly chunks: number;
}

/** Elements of a chunk, and which images those are if they are of whole ones. */
export interface Cut {
  readonly size: number;
  readonly cut?: ImageCut;
}

/** What encoders say of a command's work. */
export interface Work {
  readonly chunks: number;
  /** On one thread, about. */
  readonly ns: number;
  /** Where chunks are of images each: they read and write, of operands that have images, what belongs to these. */
  readonly cut?: ImageCut | undefined;
  /** Whether it touches weights alone, beside scratch memory: it may run before all images. */
  readonly ofWeights?: boolean;
  /** Whether it puts together what was left in scratch memory of the chunks of other commands of its step: it may run after all images. */
  readonly ofParts?: boolean;
}

/** Where images are taken in groups, for the sake of the cache: so many of so many. */
export interface Grouping {
  readonly images: number;
  readonly size: number;
}

/**
 * A command of one chunk, which is never shared. What other commands cost is estimated in nanoseconds of one thread: the costs that encoders
 * count with are least times of many runs over operands in the cache. They only decide what is shared, where a factor of two matters little.
 */
export const ONE_CHUNK = { chunks: 1, ns: 0 } as const;

/** The same of what is left of the chunks before. */
export const ALL_PARTS = { ...ONE_CHUNK, ofParts: true } as const;
