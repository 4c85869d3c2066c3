/**
 * A sweep of the name that chaos_small has, with other trials.
 *
 * @module
 */
import { steady } from "./steady.ts";

export default steady("chaos-small", 6, 4);
