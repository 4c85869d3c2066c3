/**
 * Which trainings the ledger still wants, as commands.
 *
 * @module
 */
import type { Lesson, Run } from "../../lib/lessons/types.ts";
import type { Sources } from "./page.ts";

/** The first seed of all runs. */
const FIRST = 1000;

/** Seeds a side: more where the result depends on the seed. */
const SEEDS: Readonly<Record<Run["outcome"], number>> = { steady: 5, varies: 20, fails: 5 };

/** Runs in which rare events are to be counted although most seeds end alike. */
const MORE: Readonly<Record<string, number>> = { A3: 20, A4: 20, A7: 30, C7: 10, E3: 5, D6: 5 };

/** How many seeds of a run the ledger wants on either side. */
export const seedsOf = ({ id, outcome }: Run): number => MORE[id] ?? SEEDS[outcome];

/**
 * A command for each run and side that lacks seeds, counting up from seed 1000; its output is for `deno task ledger FILE`.
 *
 * @param file where the lines go
 */
export function wanted(lessons: readonly Lesson[], { cpu, pytorch }: Sources, file: string): string[] {
  return lessons.flatMap(({ runs }) => runs).flatMap((run) => {
    const sides = [
      [
        cpu,
        (first: number, count: number) =>
          `deno task --quiet lesson all --runs ${run.id} --dataset published --device cpu --seed ${first} --seeds ${count} --json`,
      ],
      [
        pytorch,
        (first: number, count: number) =>
          `/usr/bin/python3 tests/goldens/pytorch_lessons.py --runs ${[
            ...run.setup.after ? [run.setup.after] : [],
            run.id,
          ]} --seed ${first} --seeds ${count}`,
      ],
    ] as const;
    return sides.flatMap(([trainings, command]) => {
      const seeds = trainings.filter((training) => training.run === run.id).map(({ seed }) => seed);
      const count = seedsOf(run) - seeds.length;
      if (count <= 0) return [];
      let first = FIRST;
      while (Array.from({ length: count }, (_, i) => first + i).some((seed) => seeds.includes(seed))) first++;
      return [`${command(first, count)} >> ${file}`];
    });
  });
}
