/** What the page knows of a sweep: events taken in, each as often as it comes. */
import { CURVES, endOf, isEnded } from "../../lib/sweep/live/limits.ts";
import type { EndEvent, SweepEvent, SweepLiveEvent, TrialEvent } from "../../lib/sweep/live/events.ts";
import type { TrialResult } from "../../lib/sweep/results.ts";

/** A trial as reports know it. */
export interface ShownTrial extends TrialResult {
  readonly position: number;
}

/** A metric over the steps of a trial. */
export type Points = readonly (readonly [step: number, value: number])[];

/** Trials and their curves. */
export class SweepModel {
  sweep: SweepEvent | undefined;
  end: EndEvent | undefined;
  readonly #trials = new Map<string, ShownTrial>();
  readonly #curves = new Map<string, Map<string, Points>>();

  /** Takes events in. @param isAnother whether another program tells them than before: then they are all there is */
  apply(events: readonly SweepLiveEvent[], isAnother = false): void {
    if (isAnother) {
      this.#trials.clear();
      this.#curves.clear();
      this.end = undefined;
    }
    for (const event of events) {
      if (event.kind === "sweep") this.sweep = event;
      else if (event.kind === "end") this.end = event;
      else if (event.kind === "trial") this.#take(event);
      else {
        const own = this.#curves.get(event.trial) ?? new Map<string, Points>();
        own.set(event.name, event.points.map(([step, value]) => [step, Number(value)]));
        this.#curves.set(event.trial, own);
      }
    }
  }

  #take({ kind: _kind, metrics, ...trial }: TrialEvent): void {
    const numbers = Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, Number(value)]));
    // What it had reported before it is told anew, if it counts.
    if (this.#trials.get(trial.id)?.status !== trial.status) this.#curves.delete(trial.id);
    this.#trials.set(trial.id, { ...trial, metrics: numbers, code: null, environment: null });
  }

  /** In the plan's order. */
  get trials(): ShownTrial[] {
    return [...this.#trials.values()].sort((a, b) => a.position - b.position);
  }

  /** Those that have ended, in the order in which they did. */
  get ended(): ShownTrial[] {
    return this.trials.filter(isEnded).sort((a, b) => endOf(a) - endOf(b));
  }

  /** The curves of the trials that are running, and of those that ended last: by metric, then by trial. */
  get curves(): Map<string, { readonly trial: ShownTrial; readonly points: Points }[]> {
    const running = this.trials.filter(({ status }) => status === "running");
    const found = new Map<string, { readonly trial: ShownTrial; readonly points: Points }[]>();
    for (const trial of [...this.ended.slice(-CURVES), ...running]) {
      for (const [name, points] of this.#curves.get(trial.id) ?? []) {
        const own = found.get(name);
        if (own) own.push({ trial, points });
        else found.set(name, [{ trial, points }]);
      }
    }
    return found;
  }
}
