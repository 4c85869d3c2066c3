/** The bits of `Node.marks`: each belongs to one part of the engine, which alone sets it. */

/** Recording: some other node reads this one. */
export const USED = 1;
/** Storages: a storage has this node as (one version of) its contents. */
export const CLAIMED = 2;
/** Backward has been through here. */
export const CONSUMED = 4;
/** Reads: the value was computed by an earlier part of this step only to be reused by a later one. */
export const SNAPSHOT = 8;
/** Watching: recorded to look at other values, and for nothing else. */
export const WATCHING = 16;
