/** Epilogues: pointwise chains that run inside the product whose output they read, so that it need not go to memory and back. */
import { sizeOf } from "../../device/shape.ts";
import type { Operand } from "../../device/operand.ts";
import { raisesFaults } from "../../device/faults.ts";
import { accessOf, columnsOf, type FusedStep, PRODUCTS, type ProductStep } from "../../device/steps/fused.ts";
import { type Step, stepInputs, stepOutputs } from "../../device/steps/mod.ts";
import type { PointwiseStep } from "../../device/steps/pointwise.ts";
import type { Draft } from "./assemble.ts";
import { dependent, Memories, type Touched } from "./memories.ts";
import { renameValues } from "./operands.ts";

/**
 * Steps in which each chain that can has become the epilogue of a product that it reads. The chain moves up to the product, past steps that
 * neither make what it reads nor touch what it writes; numbers are the same either way.
 *
 * @param sameMemory bound slots of effects, and the slot of the source whose memory each writes to
 */
export function fuseEpilogues(
  steps: readonly Step[],
  drafts: readonly Draft[],
  sameMemory: ReadonlyMap<number, number>,
): Step[] {
  const places = new Places(steps, drafts, sameMemory);
  steps.forEach((step, at) => {
    if (step.kernel !== "pointwise" || step.code.length === 0 || raisesFaults(step)) return;
    for (const product of places.productsOf(step)) {
      if (!places.joins(step, at, product)) continue;
      places.fuse(step, at, product);
      return;
    }
  });
  return places.steps.filter((step) => step !== undefined);
}

const isProduct = (step: Step): step is ProductStep => (PRODUCTS as readonly string[]).includes(step.kernel);

/** What a step touches that has become part of another. */
const NOTHING: Touched = { reads: new Set(), writes: new Set() };

/** What each step touches, and who makes and reads each value. */
class Places {
  readonly steps: (Step | undefined)[];
  readonly #memories: Memories;
  readonly #touched: Touched[];
  /** Places of products by the value that they make. */
  readonly #makers = new Map<number, number>();
  /** How many steps read each value. */
  readonly #readers = new Map<number, number>();

  constructor(
    steps: readonly Step[],
    readonly drafts: readonly Draft[],
    sameMemory: ReadonlyMap<number, number>,
  ) {
    this.steps = [...steps];
    this.#memories = new Memories(drafts, sameMemory);
    this.#touched = steps.map((step) => this.#memories.touchedBy(step));
    steps.forEach((step, at) => {
      if (isProduct(step)) this.#makers.set(step.output.value, at);
      for (const value of new Set(stepInputs(step).map(({ value }) => value))) {
        this.#readers.set(value, (this.#readers.get(value) ?? 0) + 1);
      }
    });
  }

  /** Places of products that a chain reads and that have no epilogue yet, the last first. */
  productsOf(chain: PointwiseStep): number[] {
    const makers = new Set(stepInputs(chain).map(({ value }) => this.#makers.get(value) ?? -1));
    return [...makers].filter((at) => at >= 0 && this.steps[at]!.kernel !== "fused").sort((a, b) => b - a);
  }

  /** Whether a chain can run on the elements of the product at `home` as they are made: see {@linkcode FusedStep}. */
  joins(chain: PointwiseStep, at: number, home: number): boolean {
    const product = this.steps[home] as ProductStep, { output } = product;
    const elements = sizeOf(output.shape), columns = columnsOf(product);
    if (elements < 2 || this.drafts[output.value]!.elements !== elements) return false;
    const whole = (operand: Operand) =>
      operand.offset === 0 && operand.dynamic < 0 && this.drafts[operand.value]!.elements === elements &&
      accessOf(operand, columns) === "elements";
    if (sizeOf(chain.shape) !== elements || !stepOutputs(chain).every(whole)) return false;
    const goAlong = stepInputs(chain).every((input) =>
      input.value === output.value ? whole(input) : accessOf(input, columns) !== undefined
    );
    return goAlong && this.#movesUp(at, home);
  }

  /** Whether the later step can move to the earlier, which reads nothing that it writes, past all between them. */
  #movesUp(at: number, home: number): boolean {
    const own = this.#touched[at]!;
    if (!own.writes.isDisjointFrom(this.#touched[home]!.reads)) return false;
    return this.#touched.slice(home + 1, at).every((between) => !dependent(between, own));
  }

  /** Makes the chain the product's epilogue. */
  fuse(chain: PointwiseStep, at: number, home: number): void {
    const product = this.steps[home] as ProductStep, { value } = product.output;
    const kept = this.drafts[value]!.slot !== undefined || this.#readers.get(value)! > 1;
    let step: FusedStep = { kernel: "fused", product, epilogue: chain, kept };
    const place = kept ? undefined : this.#placeFor(product, chain);
    if (place !== undefined) step = renameValues(step, new Map([[value, place]]));
    this.steps[home] = step;
    this.steps[at] = undefined;
    this.#touched[home] = this.#memories.touchedBy(step);
    this.#touched[at] = NOTHING;
  }

  /** An output of the chain in whose place the product can lie until the chain has read it: one whose old contents the chain does not read. */
  #placeFor({ output }: ProductStep, chain: PointwiseStep): number | undefined {
    const others = this.#memories.ofAll(stepInputs(chain).filter(({ value }) => value !== output.value));
    const found = chain.outputs.find(({ operand, dtype }) =>
      dtype === "float32" && !others.has(this.#memories.of(operand.value))
    );
    return found?.operand.value;
  }
}
