/**
 * All lessons, in the order to take them. Data only: importing this loads none of the engine.
 *
 * @module
 */
import { initialization } from "./initialization.ts";
import type { Lesson, Run, Setup } from "./types.ts";

/** The lessons, in the order to take them. */
export const lessons: readonly Lesson[] = [initialization];

/** The lesson of that name, if there is one. */
export function findLesson(name: string): Lesson | undefined {
  return lessons.find((lesson) => lesson.name === name);
}

/** A run of that id from any lesson, if there is one. */
export function findRun(id: string): Run | undefined {
  return lessons.flatMap((lesson) => lesson.runs).find((run) => run.id === id);
}

const INIT = {
  default: () => "PyTorch's default initialization",
  kaimingNormal: (leak: number) => leak === 0 ? "Kaiming normal" : `Kaiming normal for a leak of ${leak}`,
};
const NORMALIZE = {
  none: "input as it is, 0 to 1",
  callback: "input normalised by a callback",
  dataset: "input normalised in the data set",
};

/**
 * A run's set-up as short phrases for people: `["batch 1024", "rate 0.2", …]`.
 *
 * @param setup what the run does
 * @param epochs how many epochs it really ran, when that is not the set-up's own number
 */
export function describeSetup(setup: Setup, epochs = setup.epochs): string[] {
  const { activation, init } = setup;
  return [
    "five 3×3 convolutions, stride 2",
    activation.kind === "relu" ? "ReLU" : `general ReLU (leak ${activation.leak}, sub ${activation.sub})`,
    init.kind === "default" ? INIT.default() : INIT.kaimingNormal(init.leak),
    NORMALIZE[setup.normalize],
    `batch ${setup.batchSize}`,
    `learning rate ${setup.lr}`,
    ...(setup.momentum ? [`momentum ${setup.momentum}`] : []),
    `${epochs} epoch${epochs === 1 ? "" : "s"}`,
  ];
}
