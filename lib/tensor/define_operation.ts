/** Operations of users: a kernel of their own, as WGSL and as a host implementation, with its gradient. */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { isWhole } from "../device/whole.ts";
import { checkList, checkObject, checkText } from "../device/expect.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { Node, Rule } from "../graph/node.ts";
import { sameShape, sizeOf } from "../graph/shape.ts";
import { custom, customOperation } from "../ops/custom.ts";
import { TensorHandle } from "./handle.ts";
import type { Operation, OperationDefinition, PlainDefinition } from "./operation.ts";
import { Tensor } from "./tensor.ts";

const DEFINITION = optionNames<OperationDefinition>({
  name: 1,
  inputs: 1,
  numbers: 1,
  shape: 1,
  invocations: 1,
  wgsl: 1,
  cpu: 1,
  backward: 1,
});

/** Names that the library's part of a kernel uses. */
const TAKEN = ["p", "heap", "main", "kernel", "store", "out", "gradient", "workgroupIndex"];

/**
 * Makes an operation out of a kernel of your own. It works on every device, and is planned, cached and differentiated like the library's.
 *
 * A kernel is written twice, with the same names. The **WGSL** runs on webgpu: a `fn kernel(i: u32)`, called for each i below `invocations`,
 * which reads element j of an input named x as `x(j)` (0 beyond its end) and writes element j of the result by `store(j, value)`. The **host implementation**
 * runs on the CPU: one call, which reads `x[j]` and writes `out[j]`. Sizes are in `xShape` and `outShape`, on both sides. All elements
 * are float32 and lie in row-major order; what does not is copied first. Each element of the result must be written.
 *
 * Gradients are recorded by `backward` in tensor operations (your own too), so that they are fused, and differentiable with `createGraph`.
 *
 * Compare both sides and the gradient with {@linkcode checkOperation}.
 *
 * @returns a function of tensors; an object of numbers may follow them
 * @throws {TypeError} if a name cannot be used, or a part is missing. The operation throws a TypeError for a wrong number of inputs, an unknown
 * number, an input that is not float32, or tensors on different devices; a ShapeError if `shape` gives no shape; from `backward()` an Error
 * if it is not differentiable, and a ShapeError if a gradient is not of its input's shape; and an {@linkcode OperationError} at the read (on cpu at
 * the flush) if the WGSL does not compile or the host implementation throws
 *
 * @example
 * ```ts
 * import { defineOperation, tensor } from "./mod.ts";
 * // Each row's running sum, times a number.
 * const runningSum = defineOperation({
 *   name: "runningSum",
 *   inputs: ["x"],
 *   numbers: { scale: 1 },
 *   invocations: ({ x }) => x[0],
 *   wgsl: `fn kernel(row: u32) {
 *     var sum = 0.0;
 *     for (var i = row * xShape[1]; i < (row + 1) * xShape[1]; i++) {
 *       sum += x(i);
 *       store(i, scale * sum);
 *     }
 *   }`,
 *   cpu({ x, xShape: [rows, columns], scale, out }) {
 *     for (let row = 0; row < rows; row++) {
 *       let sum = 0;
 *       for (let i = row * columns; i < (row + 1) * columns; i++) out[i] = scale * (sum += x[i]);
 *     }
 *   },
 * });
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * console.log(await runningSum(x, { scale: 10 }).array()); // [ [ 10, 30, 60 ], [ 40, 90, 150 ] ]
 * ```
 */
export function defineOperation<const I extends readonly string[], N extends string = never>(
  definition: OperationDefinition<I, N>,
): Operation<I, N> {
  checkObject("defineOperation", "the definition", definition, "an object { name, inputs, … }");
  checkText("defineOperation", "the definition's name", definition.name);
  checkList(
    "defineOperation",
    "the definition's inputs",
    definition.inputs,
    "an array of names",
    (x) => typeof x === "string",
  );
  const plain = definition as unknown as PlainDefinition, { name, inputs, wgsl, cpu } = plain;
  checkOptions("defineOperation", definition, DEFINITION);
  checkDefinition(plain);
  const numbers = Object.keys(plain.numbers ?? {});
  const kind = customOperation({ name, inputs, numbers, wgsl, cpu }, gradientRule(plain));
  const operation = (...args: readonly unknown[]): Tensor => {
    const nodes = args.slice(0, inputs.length).map((arg) => arg instanceof TensorHandle ? arg.node() : undefined);
    const given = args.slice(inputs.length);
    if (
      given.length > 1 || nodes.length < inputs.length || nodes.includes(undefined) || given[0] instanceof TensorHandle
    ) {
      throw new TypeError(
        `Cannot run ${name} on (${args.map(kindOf).join(", ")}): it takes ${inputs.length} ` +
          `${inputs.length === 1 ? "tensor" : "tensors"} (${inputs.join(", ")})` +
          (numbers.length
            ? `, then an object of numbers if they differ from the defaults (${numbers.join(", ")})`
            : ""),
      );
    }
    const values = numbersOf(plain, given[0] ?? {});
    const sizes = { ...byName(inputs, (_, i) => nodes[i]!.shape), ...values };
    const shape = plain.shape ? plain.shape(sizes) : nodes[0]!.shape;
    if (!Array.isArray(shape) || !shape.every((size) => isWhole(size))) {
      throw new ShapeError(
        `Cannot run ${name}: its shape() gave ${Deno.inspect(shape)}, not a list of whole numbers from 0`,
      );
    }
    const invocations = plain.invocations ? plain.invocations(sizes) : sizeOf(shape);
    if (!isWhole(invocations)) {
      throw new ShapeError(`Cannot run ${name}: its invocations() gave ${invocations}, not a whole number from 0`);
    }
    return new Tensor(
      custom(kind, nodes as Node[], [...shape], invocations, numbers.map((key) => values[key]!)),
    );
  };
  return Object.assign(operation, { definition }) as unknown as Operation<I, N>;
}

const kindOf = (arg: unknown) => arg instanceof TensorHandle ? `Tensor ${showShape(arg.shape)}` : typeof arg;
const byName = <T>(names: readonly string[], value: (name: string, i: number) => T): Record<string, T> =>
  Object.fromEntries(names.map((name, i) => [name, value(name, i)]));

function checkDefinition({ name, inputs, numbers = {}, wgsl, cpu }: PlainDefinition): void {
  const say = (what: string) => new TypeError(`Cannot define the operation ${name}: ${what}`);
  if (!inputs.length) throw say("it has no inputs, and takes at least one");
  const names = [...inputs, ...Object.keys(numbers)];
  const used = [...TAKEN, ...names, ...inputs.map((input) => `${input}Shape`), "outShape"];
  for (const one of names) {
    if (!/^[a-z][A-Za-z0-9]*$/.test(one)) {
      throw say(`${one} is no name for WGSL: a small letter, then letters and digits`);
    }
    if (used.filter((other) => other === one).length > 1) throw say(`the name ${one} is taken. Choose another`);
  }
  if (!/\bfn\s+kernel\s*\(/.test(wgsl)) throw say("its wgsl defines no fn kernel(i: u32)");
  if (typeof cpu !== "function") {
    throw say("it has no host implementation, cpu. Both are needed, as either device may be all there is");
  }
}

/** The numbers of a call: defaults, and what the call says. */
function numbersOf({ name, numbers = {} }: PlainDefinition, given: unknown): Record<string, number> {
  const values: Record<string, number> = { ...numbers };
  for (const [key, value] of Object.entries(given as Record<string, unknown>)) {
    if (!Object.hasOwn(values, key)) {
      throw new TypeError(
        `Cannot run ${name} with ${key}: its numbers are ${Object.keys(values).join(", ") || "none"}`,
      );
    }
    if (typeof value !== "number") {
      throw new TypeError(`Cannot run ${name} with ${key} = ${typeof value}: it takes a number`);
    }
    values[key] = value;
  }
  return values;
}

/** The gradient rule that a definition's `backward` gives. */
function gradientRule({ name, inputs, numbers = {}, backward }: PlainDefinition): Rule {
  return (g, node) => {
    if (!backward) {
      throw new Error(
        `Cannot run backward through ${node.describe()}: the operation has no gradient. ` +
          `Give defineOperation a backward, or detach() what goes in`,
      );
    }
    const gradients = backward({
      ...byName(inputs, (_, i) => new Tensor(node.inputs[i]!)),
      ...byName(Object.keys(numbers), (_, i) => node.scalars[i]!),
      out: new Tensor(node),
      gradient: new Tensor(g),
    });
    return inputs.map((input, i) => {
      const part = gradients[input], { shape } = node.inputs[i]!;
      if (part === undefined) return undefined;
      if (!(part instanceof TensorHandle) || !sameShape(part.shape, shape)) {
        throw new ShapeError(
          `Cannot use what the backward of ${name} gave for ${input}: it must be a tensor ${showShape(shape)}, found ` +
            kindOf(part),
          [shape],
        );
      }
      return part.node();
    });
  };
}
