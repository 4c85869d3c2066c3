/** What shows a fit's progress: a bar, or an output of a notebook. */
import type { LearnerCore } from "../core.ts";

/** What a display is told besides the Learner's own fields. */
export interface ProgressState {
  /** The loss of a few batches ago, and the learning rate, as text; empty until they are known. */
  readonly figures: string;
}

/** Which epoch it is, by its number from 0, as tables and charts have it. */
export function epochText({ epoch, epochs }: LearnerCore): string {
  return `epoch ${epoch} of ${epochs}`;
}

/** Where progress is shown. */
export interface ProgressDisplay {
  /** Least milliseconds between two reads of the loss. */
  readonly interval: number;
  beforePhase(learn: LearnerCore, state: ProgressState): void;
  afterBatch(learn: LearnerCore, state: ProgressState): void;
  afterPhase(): void;
  /** Called in the background, when it may read from the device. */
  look?(): void;
  /** At the end of the fit, when all records are read. */
  end?(): Promise<void>;
}
