/** What functions of a Learner look at first. */
import { wrongKind } from "../device/expect.ts";
import { LearnerState } from "./state.ts";

/** Throws unless an argument is a Learner. */
export function checkLearner(call: string, learn: unknown): void {
  if (!(learn instanceof LearnerState)) throw wrongKind(call, "its first argument", "a Learner", learn);
}
