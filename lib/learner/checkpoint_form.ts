/** The form of what a checkpoint says of itself, beside its tensors. */
import { anything, list, natural, nullable, number, object, oneOf, optional, record, text } from "../device/form.ts";
import type { Header } from "./checkpoint_header.ts";

/** Where the numbers are PyTorch's; the generator itself looks at them closer. */
const torch = object({ words: list(natural), next: natural, spare: nullable(number) });
const generator = object({ seed: list(natural, 2), counter: natural, torch: optional(torch) });
const header = object({
  version: oneOf([1]),
  optimizer: nullable(object({
    name: text,
    groups: list(record(anything)),
    /** Numbers of each parameter, by its place. Tensors stand in the file. */
    numbers: record(record(anything)),
  })),
  position: nullable(object({ epochs: natural, epoch: natural, iter: natural })),
  began: list(generator),
  now: list(generator),
  /** Settings of the Learner; earlier versions did not save them. */
  own: optional(record(number)),
  /** Of tensors that do not lie in memory in the order of their axes; earlier versions did not say. */
  orders: optional(record(list(natural))),
  callbacks: list(object({ name: text, values: optional(anything) })),
});

/** A checkpoint's description. @param fail called with what is wrong with it */
export function headerOf(value: unknown, fail: (problem: string) => never): Header {
  const problem = header(value);
  return problem ? fail(`its description: ${problem}`) : value as Header;
}
