/** Trainings in a page whose WebGPU is watched. */
import { seen, settled } from "./gpu.ts";

export { train } from "./trainings.ts";

/** What compilers said of the modules so far, once they have spoken of all. */
export async function watched(): Promise<typeof seen> {
  await settled();
  return seen;
}
