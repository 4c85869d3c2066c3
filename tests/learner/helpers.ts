/** What the tests of the learner share. */
import * as data from "../../lib/data/mod.ts";
import { Callback, EVENTS, type Learner } from "../../lib/learner/mod.ts";
import * as nn from "../../lib/nn/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { randn } from "../../lib/tensor/create_random.ts";
import { Generator } from "../../lib/tensor/random.ts";
import { reference } from "../nn/helpers.ts";

export const { crossEntropy } = nn.functional;

/** A separable problem of three classes: n items of four numbers. */
export function problem(n: number): data.TensorDataset {
  const generator = new Generator(11);
  const y = Int32Array.from({ length: n }, (_, i) => i % 3);
  const x = Float32Array.from({ length: n * 4 }, (_, i) => (i % 4 === y[i >> 2] ? 2 : 0) + generator.uniform());
  return new data.TensorDataset(tensor(x, { shape: [n, 4] }), tensor(y));
}

/** Loaders of 40 training and 10 validation items: batches of 16, 16, 8 and of 10. */
export function loaders(): data.DataLoaders {
  return data.DataLoaders.of(problem(40), problem(10), { batchSize: 16, generator: new Generator(3) });
}

export function model(): nn.Sequential {
  return new nn.Sequential(new nn.Linear(4, 3, { generator: new Generator(5), device: reference }));
}

/** Notes every event, with what it is told. */
export class Spy extends Callback {
  readonly events: string[] = [];
  constructor(at: Partial<Record<typeof EVENTS[number], (learn: Learner) => void | Promise<void>>> = {}) {
    super();
    for (const event of EVENTS) {
      this[event] = (learn: Learner) => {
        this.events.push(event);
        return at[event]?.(learn);
      };
    }
  }
}

/** Four inputs to three classes, with modules in a module: five that have no modules inside. */
export function net(): nn.Sequential {
  const generator = new Generator(5);
  return new nn.Sequential(
    new nn.Linear(4, 8, { generator }),
    new nn.Sequential(new nn.ReLU(), new nn.Linear(8, 8, { generator })),
    new nn.ReLU(),
    new nn.Linear(8, 3, { generator }),
  );
}

/** How many hooks a model like {@linkcode net} has: counted by what they do. */
export function hooked(model: nn.Module, count: { runs: number }): number {
  count.runs = 0;
  model.call(randn([2, 4]));
  return count.runs;
}
