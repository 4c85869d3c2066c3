/** What a step changes in each parameter, measured by the parameter: its update divided by its standard deviation before it. */
import { noGrad, watching } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type BeforeStep, beforeStep, updateRatios } from "../tensor/update_ratios.ts";

/** The parameters of one step. */
export class UpdateRatios {
  readonly #before = new Map<Tensor, BeforeStep>();

  /** Notes a parameter before the step. */
  note(p: Tensor): void {
    this.#before.set(p, watching(p.device, () => noGrad(() => beforeStep(p))));
  }

  /** After the step: gives the ratios of each parameter that was noted, and forgets it. */
  take(receive: (p: Tensor, ratios: Tensor) => void): void {
    for (const [p, before] of this.#before) {
      watching(p.device, () => noGrad(() => receive(p, updateRatios(p, before))));
    }
    this.clear();
  }

  /** Forgets what was noted. */
  clear(): void {
    this.#before.clear();
  }
}
