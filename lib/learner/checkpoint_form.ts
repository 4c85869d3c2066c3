/** The form of what a checkpoint says of itself, beside its tensors. */
import * as v from "npm:valibot@1";
import type { Plain } from "./callback.ts";
import type { Header } from "./checkpoint_header.ts";

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Where the numbers are PyTorch's; the generator itself looks at them closer. */
const torch = v.strictObject({ words: v.array(whole), next: whole, spare: v.nullable(v.number()) });
const generator = v.strictObject({ seed: v.tuple([whole, whole]), counter: whole, torch: v.exactOptional(torch) });
const plain = v.custom<Plain>(() => true);
const header: v.GenericSchema<unknown, Header> = v.strictObject({
  version: v.literal(1),
  optimizer: v.nullable(v.strictObject({
    name: v.string(),
    groups: v.array(v.record(v.string(), plain)),
    /** Numbers of each parameter, by its place. Tensors stand in the file. */
    numbers: v.record(v.string(), v.record(v.string(), plain)),
  })),
  position: v.nullable(v.strictObject({ epochs: whole, epoch: whole, iter: whole })),
  began: v.array(generator),
  now: v.array(generator),
  callbacks: v.array(v.strictObject({ name: v.string(), values: v.optional(plain) })),
});

/** A checkpoint's description. @param fail called with what is wrong with it */
export function headerOf(value: unknown, fail: (problem: string) => never): Header {
  const { success, output, issues } = v.safeParse(header, value, { abortEarly: true });
  return success ? output : fail(`${v.getDotPath(issues[0]) ?? "its description"}: ${issues[0].message}`);
}
