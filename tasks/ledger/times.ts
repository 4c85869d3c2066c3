/**
 * Wall-clock times, published and reproduced.
 *
 * @module
 */
import { findRun } from "../../lib/lessons/catalogue.ts";
import { formatSeconds } from "../../lib/plot/format.ts";
import type { Training } from "./lines.ts";
import { table } from "./format.ts";

/** What the documents print after a run, in seconds: its wall time, training and evaluation of all epochs. */
const PUBLISHED: Readonly<Record<string, number>> = {
  C1: 13.2,
  C2: 12.9,
  C3: 20.3,
  C4: 17.9,
  C5: 181,
  C6: 176,
  C7: 176,
  C8: 179,
  E1: 5.87,
  E2: 5.41,
};

/** Those that the documents ran on a GPU. */
const ON_GPU = ["E2"];

const total = ({ epochs }: Training) => epochs.reduce((sum, { seconds }) => sum + seconds, 0);

/** PyTorch's script does not compute what comes after a NaN: it took no time. */
const isWhole = ({ device, epochs }: Training) =>
  device !== "pytorch" || epochs.every(({ train }) => Number.isFinite(train.loss));

/** The quickest seed of those with the most threads: `2.1 s (2 threads)`. */
function quickest(trainings: readonly Training[], id: string): string {
  const own = trainings.filter((training) => training.run === id && training.threads !== null && isWhole(training));
  const most = Math.max(...own.map(({ threads }) => threads!));
  const times = own.filter(({ threads }) => threads === most).map(total);
  return times.length ? `${formatSeconds(Math.min(...times))} (${most} thread${most === 1 ? "" : "s"})` : "–";
}

/** The section on times. */
export function times(own: readonly Training[], torch: readonly Training[]): string {
  const rows = Object.entries(PUBLISHED).map(([id, seconds]) => [
    `${id} ${findRun(id)!.title}`,
    String(findRun(id)!.setup.epochs),
    formatSeconds(seconds) + (ON_GPU.includes(id) ? " on a GPU" : ""),
    quickest(own, id),
    quickest(torch, id),
  ]);
  return `## Wall times, then and now

Of a whole run, training and evaluation, for those whose document prints it: then on a machine of 2019, now on a CPU of which the lines
say no more than the threads. Now is the quickest seed. Other work ran beside most of them, so that these are upper bounds, and no
comparison of speed: that is [speed.md](speed.md).

${table(["run", "epochs", "then", "Sonde now", "PyTorch now"], rows)}`;
}
