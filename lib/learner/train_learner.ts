/** The Learner under the name that fast.ai's miniai gives to a Learner that knows how to train. */
import { Learner } from "./learner.ts";

/**
 * Another name for {@linkcode Learner}. In miniai the plain Learner leaves its verbs to a callback and TrainLearner has them built in;
 * here the plain one has them too, and a callback such as {@linkcode TrainCB} may still take them over.
 */
export const TrainLearner: typeof Learner = Learner;
/** An instance of {@linkcode TrainLearner}. */
export type TrainLearner = Learner;
