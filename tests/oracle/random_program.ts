/**
 * Draws random programs from a seed: creation, views of all kinds, arithmetic, writes in place (through views too), detach, noGrad, backward,
 * use and scaling of gradients, keeps, reads and flushes at random points, over several steps that repeat with other numbers, slice
 * starts and data, as training does.
 */
import type { Instruction, Program } from "./program.ts";
import { Draws } from "./program_draws.ts";

/** Options of {@linkcode randomProgram}. */
export interface ProgramOptions {
  /** Leave out what PyTorch cannot be compared in: random numbers, operands that overlap what is written, reads that must throw. */
  torch?: boolean;
}

/** The program of a seed. */
export function randomProgram(seed: number, options: ProgramOptions = {}): Program {
  return new Generator(seed, options.torch ?? false).run();
}

class Generator extends Draws {
  run(): Program {
    const random = this.random;
    for (let i = 2 + random.below(4); i > 0; i--) this.emit(this.create(random.chance(0.5)));
    for (const v of this.model.parameters) if (random.chance(0.5)) this.emit({ op: "keep", x: v });
    for (let template = 1 + random.below(2); template > 0; template--) {
      const from = this.model.instructions.length;
      this.#step();
      const step = this.model.instructions.slice(from);
      for (let again = random.below(4); again > 0; again--) this.#repeat(step);
    }
    this.#finish();
    return this.model.program;
  }

  /** One training-like step: operations, perhaps a backward and updates, perhaps reads, a flush. */
  #step(): void {
    const random = this.random;
    const length = 4 + random.below(16);
    for (let i = 0; i < length; i++) this.emit(this.draw());
    if (random.chance(0.75)) this.#train();
    for (let i = random.below(5); i > 0; i--) this.emit(this.draw());
    if (random.chance(0.3)) this.emit(this.read());
    for (const v of this.recent.slice(-8)) if (random.chance(0.3)) this.emit({ op: "keep", x: v });
    if (random.chance(0.85)) this.emit({ op: "flush" });
  }

  #train(): void {
    const random = this.random, model = this.model;
    const roots = this.recent.filter((v) => model.variables.has(v) && model.canBackward(v));
    if (!roots.length) return;
    const root = roots.at(-1 - random.below(Math.min(3, roots.length)))!;
    if (
      !this.emit({ op: "backward", x: root, loss: random.pick(["sum", "mean", "square"]), retain: random.chance(0.1) })
    ) return;
    if (random.chance(0.2)) this.emit(this.read());
    for (const parameter of model.parameters) {
      if (random.chance(0.3)) continue;
      const grad = model.fresh();
      if (!this.emit({ op: "grad", out: grad, x: parameter })) continue;
      const scaled = model.fresh();
      const update: Instruction = random.chance(0.5)
        ? {
          op: "noGrad",
          body: [{ op: "number", out: scaled, f: "mul", x: grad, value: random.value(0.01, 0.5) }, {
            op: "inPlace",
            f: "sub_",
            x: parameter,
            y: scaled,
          }],
        }
        : { op: "noGrad", body: [{ op: "inPlace", f: "add_", x: parameter, y: grad }] };
      this.emit(update);
      this.emit(
        random.chance(0.6) ? { op: "zeroGrad", x: parameter } : { op: "scaleGrad", x: parameter, value: 0.875 },
      );
    }
  }

  /** The step once more, with fresh variables, numbers, starts and data. */
  #repeat(step: readonly Instruction[]): void {
    const names = new Map<number, number>();
    const rename = (v: number) => names.get(v) ?? v;
    const define = (v: number) => {
      const name = this.model.fresh();
      names.set(v, name);
      return name;
    };
    const again = (i: Instruction): Instruction => {
      const copy = structuredClone(i) as Instruction & Record<string, unknown>;
      if (copy.op === "noGrad") return { op: "noGrad", body: (i as { body: Instruction[] }).body.map(again) };
      for (const key of ["x", "y", "z"]) if (typeof copy[key] === "number") copy[key] = rename(copy[key] as number);
      if (copy.op === "read") copy.xs = copy.xs.map(rename);
      if ("out" in copy) (copy as { out: number }).out = define((i as { out: number }).out);
      return this.#vary(copy);
    };
    for (const i of step) this.emit(again(i));
  }

  #vary(i: Instruction): Instruction {
    const random = this.random;
    if (i.op === "new") i.data = this.data(i.shape);
    else if ("value" in i && typeof i.value === "number" && i.op !== "scaleGrad" && random.chance(0.8)) {
      i.value = random.value(0.25, 1.5);
    } else if (i.op === "view" && (i.f === "slice" || i.f === "narrow" || i.f === "select") && random.chance(0.7)) {
      const size = this.model.variables.get(i.x)?.shape[i.args[0]!] ?? 0;
      const [axis, start, last] = i.args as [number, number, number];
      if (i.f === "select") i.args = [axis, random.below(Math.max(1, size))];
      else if (i.f === "narrow") i.args = [axis, random.below(Math.max(1, size - last + 1)), last];
      else {
        const from = random.below(Math.max(1, size - (last - start) + 1));
        i.args = [axis, from, from + last - start, i.args[3]!];
      }
    }
    return i;
  }

  #finish(): void {
    const all = [...this.model.variables.keys()].filter((v) => !this.model.lost(v));
    const last = [...new Set([...this.model.parameters, ...all.slice(-6)])];
    for (const parameter of this.model.parameters) {
      const grad = this.model.fresh();
      if (this.emit({ op: "grad", out: grad, x: parameter })) last.push(grad);
    }
    for (let i = 0; i < last.length; i += 5) this.emit({ op: "read", xs: last.slice(i, i + 5), bounds: [] });
  }
}
