/**
 * A lesson's runs among those that `deno task runs` lists.
 *
 * @module
 */
import type { PhaseResult } from "../../lib/lessons/result.ts";
import { thin } from "../../lib/plot/lines.ts";
import { keepRuns } from "../../lib/sweep/kept_runs.ts";
import type { StepRow } from "../../lib/sweep/record.ts";
import type { Trained } from "./trained.ts";

const finite = (value: number) => Number.isFinite(value) ? value : null;

/** Keeps one seed of a run in a folder's store: its configuration, curves over epochs and batches, and last figures. */
export async function keepSeed(folder: string, trained: Trained): Promise<void> {
  const { lesson, run, dataset, epochs, limit, rng, whole, result, environment } = trained;
  const average = result.averaged === undefined ? [] : [["averaged accuracy", result.averaged] as const];
  const { device, description, threads, versions, platform: system } = environment;
  const figures = ({ phase, loss, accuracy }: PhaseResult) =>
    [[`${phase} loss`, loss], [`${phase} accuracy`, accuracy]] as const;
  const steps = result.phases.flatMap((row) =>
    figures(row).map(([name, value]): StepRow => [row.epoch, name, finite(value)])
  );
  const batches = thin(result.losses).map(([step, loss]): StepRow => [step, "batch loss", finite(loss)]);
  const last = result.phases.flatMap((row) => figures(row).map(([name, value]) => [name, finite(value)] as const));
  await keepRuns(folder, [{
    params: {
      run: run.id,
      title: run.title,
      lesson: lesson.name,
      dataset,
      epochs,
      ...limit === undefined ? {} : { limit },
      ...rng === undefined ? {} : { rng },
    },
    seed: result.seed,
    record: {
      status: whole ? "done" : "failed",
      metrics: whole ? Object.fromEntries([...last, ...average]) : {},
      steps: [...batches, ...steps],
      error: whole ? null : "It was interrupted",
      environment: { device, description, threads, system, versions },
      began: new Date(Date.now() - 1000 * result.seconds).toISOString(),
      seconds: result.seconds,
    },
  }]);
}
