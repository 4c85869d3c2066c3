/** What shows a fit's progress: lines in a terminal, or an output of a notebook. */
import { formatFigure, shortNumber } from "../../plot/format.ts";
import type { LearnerCore } from "../core.ts";

/** What a display is told besides the Learner's own fields; what is read from the device is some batches old. */
export interface ProgressState {
  /** The training loss of a few batches ago at each look; none until there was one. */
  readonly losses: readonly number[];
  /** The rate at each of these looks. */
  readonly rates: readonly number[];
  /** The loss that was read last of the phase at hand, training or validation, and of which batch it is; undefined until there was a look. */
  readonly read: { readonly loss: number; readonly batch: number } | undefined;
  /** What {@linkcode diagnose} says first of what the fit's callbacks recorded so far; undefined where none of them watches layers. */
  readonly verdict: Verdict | undefined;
}

/** A finding in a line. */
export interface Verdict {
  /** The layer and what is wrong with it, or that nothing was found. */
  readonly text: string;
  readonly sound: boolean;
}

/** Which epoch it is, by its number from 0, as tables and charts have it. */
export function epochText({ epoch, epochs }: LearnerCore): string {
  return `epoch ${epoch} of ${epochs}`;
}

/** What the last training loss is called in a phase: while a network is validated its losses are others. */
export const lossName = (training: boolean) => training ? "loss" : "train loss";

/** `loss 0.412 lr 0.2`; empty until they are known. */
export function figuresText({ losses, rates }: ProgressState, training: boolean): string {
  const loss = losses.at(-1), lr = rates.at(-1);
  return loss === undefined || lr === undefined
    ? ""
    : `${lossName(training)} ${formatFigure(loss)} lr ${shortNumber(lr, 3)}`;
}

/** Where progress is shown. */
export interface ProgressDisplay {
  /** Least milliseconds between two reads of the loss. */
  readonly interval: number;
  /** Whether it has a place for a verdict. */
  readonly judges: boolean;
  beforePhase(learn: LearnerCore, state: ProgressState): void;
  afterBatch(learn: LearnerCore, state: ProgressState): void;
  /** @returns what takes the loss of the phase's last batch, or that there was none, if the display wants it: it is known once the next phase runs */
  afterPhase(learn: LearnerCore, state: ProgressState): ((loss: number | undefined) => void) | undefined;
  /** Called in the background, when it may read from the device. */
  look?(): void;
  /** At the end of the fit, when all records are read. */
  end?(): Promise<void>;
}
