/** The phases of a run as they end, and those of a run that goes on in another process. */
import { number, object } from "../device/form.ts";
import { Callback, type CallbackState } from "../learner/callback.ts";
import { valuesOf } from "../learner/callback_state.ts";
import { MetricsCB } from "../learner/callbacks/metrics.ts";
import type { PhaseResult } from "./result.ts";

const MEMORY = object({ seconds: number });

/** Tells each phase once; of a fit that goes on from a checkpoint first those before it. */
export class Told extends Callback {
  static override order: number = MetricsCB.order + 1;
  /** What was told. */
  readonly phases: PhaseResult[] = [];
  #start = performance.now();

  constructor(readonly metrics: MetricsCB, readonly onPhase: (row: PhaseResult) => void) {
    super();
  }

  /** Since it was made, and before that in the processes that left a checkpoint, up to that. */
  get seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  /** Tells what the metrics have that was not told. */
  tell(): void {
    for (const { epoch, train: phase, loss, accuracy, seconds } of this.metrics.rows.slice(this.phases.length)) {
      const result: PhaseResult = { epoch, phase, loss, accuracy: Number(accuracy), seconds };
      this.phases.push(result);
      this.onPhase(result);
    }
  }

  override saveState(): CallbackState {
    return { values: { seconds: this.seconds } };
  }

  override loadState(state: CallbackState): void {
    this.#start -= valuesOf<{ seconds: number }>(this, state, MEMORY).seconds * 1000;
    this.tell();
  }
}
