/**
 * All lessons, in the order to take them. Data only: importing this loads none of the engine.
 *
 * @module
 */
import { accelerated } from "./accelerated.ts";
import { batchnorm } from "./batchnorm.ts";
import { initialization } from "./initialization.ts";
import { inside } from "./inside.ts";
import { lsuv } from "./lsuv.ts";
import { questions } from "./questions.ts";
import { residual } from "./residual.ts";
import { wider } from "./wider.ts";
import type { Lesson, Run } from "./types.ts";

/** The lessons, in the order to take them. */
export const lessons: readonly Lesson[] = [
  initialization,
  lsuv,
  batchnorm,
  questions,
  inside,
  accelerated,
  residual,
  wider,
];

/**
 * The lesson of that name, if there is one.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * console.log(lessons.findLesson("batchnorm")!.runs.length > 0, lessons.findLesson("cooking")); // true undefined
 * ```
 */
export function findLesson(name: string): Lesson | undefined {
  return lessons.find((lesson) => lesson.name === name);
}

/**
 * A run of that id from any lesson, if there is one.
 *
 * @example
 * ```ts
 * import { lessons } from "./mod.ts";
 * console.log(lessons.findRun("A1")!.setup.dataset); // fashion-mnist
 * ```
 */
export function findRun(id: string): Run | undefined {
  return lessons.flatMap((lesson) => lesson.runs).find((run) => run.id === id);
}
