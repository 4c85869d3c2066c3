/** Products and sums by the names of axes. */
import { checkList, checkText, found } from "../device/expect.ts";
import { ShapeError, showShape } from "../graph/errors.ts";
import type { TensorHandle } from "./handle.ts";
import { Tensor } from "./tensor.ts";

/** A tensor whose axes have names. */
interface Named {
  readonly x: Tensor;
  readonly axes: readonly string[];
}

/**
 * Sums of products by names of axes, as PyTorch's einsum: axes of one name are multiplied together, and those that the result does not have are
 * summed. A name twice in one operand is its diagonal; "..." stands for axes that broadcast. Without "->" the result has the names that are there
 * once, in the order of the alphabet. Operands are multiplied from left to right, as matrices.
 *
 * @param equation such as "bij,bjk->bik"
 * @param operands a tensor for each group of names
 * @returns the axes that the equation says
 * @throws {ShapeError} for sizes that do not fit, or names that are not there; {@linkcode TypeError} for products with sums of whole numbers
 *
 * @example
 * ```ts
 * import { einsum, tensor } from "./mod.ts";
 * const a = tensor([[1, 2], [3, 4]]), b = tensor([[5, 6], [7, 8]]);
 * console.log(await einsum("ij,jk->ik", a, b).array(), await einsum("ii", a).item()); // [ [ 19, 22 ], [ 43, 50 ] ] 5
 * ```
 */
export function einsum(equation: string, ...operands: TensorHandle[]): Tensor {
  checkText("einsum", "the equation", equation);
  checkList("einsum", "the operands", operands, "tensors", (x) => x instanceof Tensor);
  const { inputs, output } = parse(equation, operands);
  let rest = operands.map((x, i) => diagonals({ x: x as Tensor, axes: inputs[i]! }));
  while (rest.length > 1) {
    const [a, b, ...others] = rest as [Named, Named, ...Named[]];
    const wanted = new Set([...output, ...others.flatMap(({ axes }) => axes)]);
    rest = [
      contract(summed(a, new Set([...wanted, ...b.axes])), summed(b, new Set([...wanted, ...a.axes])), wanted),
      ...others,
    ];
  }
  const last = summed(rest[0]!, new Set(output));
  return last.x.permute(output.map((name) => last.axes.indexOf(name)));
}

const refuse = (equation: string, why: string) => new ShapeError(`Cannot run einsum "${equation}": ${why}`);

/** The names of each operand's axes and of the result's; those that "..." stands for are numbers, counted from the end. */
function parse(equation: string, operands: readonly TensorHandle[]): { inputs: string[][]; output: string[] } {
  const [left, right, ...more] = equation.replaceAll(" ", "").split("->") as [string, string?, ...string[]];
  const groups = left.split(",");
  if (more.length || groups.length !== operands.length) {
    throw refuse(
      equation,
      `it has ${groups.length} ${groups.length === 1 ? "group" : "groups"} of names for ${operands.length} operands`,
    );
  }
  let most = 0;
  const inputs = groups.map((group, i) => {
    const { shape } = operands[i]!, names = namesIn(equation, group), open = names.indexOf("...");
    const count = shape.length - names.length + (open >= 0 ? 1 : 0);
    if (open < 0 ? count !== 0 : count < 0) {
      throw refuse(equation, `"${group}" does not name the axes of ${showShape(shape)}`);
    }
    most = Math.max(most, open < 0 ? 0 : count);
    return names.flatMap((name) => name === "..." ? numbered(count) : [name]);
  });
  const all = inputs.flat(), letters = all.filter((name) => /^[A-Za-z]$/.test(name));
  const output = right === undefined
    ? [...numbered(most), ...letters.filter((name) => letters.indexOf(name) === letters.lastIndexOf(name)).sort()]
    : namesIn(equation, right).flatMap((name) => name === "..." ? numbered(most) : [name]);
  const odd = output.find((name, i) => !all.includes(name) || output.indexOf(name) !== i);
  if (odd !== undefined) {
    throw refuse(equation, `the result's ${odd} is ${all.includes(odd) ? "there twice" : "in no operand"}`);
  }
  return { inputs, output };
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => String(count - 1 - i));

function namesIn(equation: string, group: string): string[] {
  const names: readonly string[] = group.match(/\.\.\.|./g) ?? [],
    odd = names.find((name) => name !== "..." && !/[A-Za-z]/.test(name));
  if (odd !== undefined) throw refuse(equation, `an axis has a letter for a name, found ${found(odd)}`);
  if (names.indexOf("...") !== names.lastIndexOf("...")) throw refuse(equation, `"..." stands twice in "${group}"`);
  return [...names];
}

/** Axes of one name as their diagonal. */
function diagonals({ x, axes }: Named): Named {
  const second = axes.findIndex((name, i) => axes.indexOf(name) !== i);
  if (second < 0) return { x, axes };
  const name = axes[second]!, first = axes.indexOf(name);
  if (x.shape[first] !== x.shape[second]) {
    throw new ShapeError(
      `Cannot take the diagonal ${name} of ${showShape(x.shape)}: sizes are ${x.shape[first]} and ${x.shape[second]}`,
    );
  }
  const others = axes.filter((_, i) => i !== first && i !== second);
  return diagonals({ x: x.diagonal(0, first, second), axes: [...others, name] });
}

/** Without the axes that nobody wants. */
function summed({ x, axes }: Named, wanted: ReadonlySet<string>): Named {
  const gone = axes.flatMap((name, i) => wanted.has(name) ? [] : [i]);
  return gone.length ? { x: x.sum(gone), axes: axes.filter((name) => wanted.has(name)) } : { x, axes };
}

/** The product of two, summed over the axes of both that nobody wants: matrices, one for each place on the axes of both that are wanted. */
function contract(a: Named, b: Named, wanted: ReadonlySet<string>): Named {
  const both = a.axes.filter((name) => b.axes.includes(name));
  const batch = both.filter((name) => wanted.has(name)), inner = both.filter((name) => !wanted.has(name));
  const rows = a.axes.filter((name) => !both.includes(name)), columns = b.axes.filter((name) => !both.includes(name));
  const sizes = new Map<string, number>();
  for (const { x, axes } of [a, b]) {
    axes.forEach((name, i) => {
      const size = x.shape[i]!, known = sizes.get(name) ?? 1;
      if (size !== known && size !== 1 && known !== 1) {
        throw new ShapeError(
          `Cannot multiply axes ${name} of ${showShape(a.x.shape)} and ${
            showShape(b.x.shape)
          }: sizes are ${known} and ${size}`,
        );
      }
      sizes.set(name, known === 1 ? size : known);
    });
  }
  const shapeOf = (names: readonly string[]) => names.map((name) => sizes.get(name)!);
  const count = (names: readonly string[]) => shapeOf(names).reduce((n, size) => n * size, 1);
  const turned = ({ x, axes }: Named, order: readonly string[]) =>
    x.permute(order.map((name) => axes.indexOf(name))).expand(shapeOf(order));
  const axes = [...batch, ...rows, ...columns], shape = shapeOf(axes);
  const left = turned(a, [...batch, ...rows, ...inner]), right = turned(b, [...batch, ...inner, ...columns]);
  if (inner.length === 0) {
    const spread = left.reshape(...shapeOf(batch), ...shapeOf(rows), ...columns.map(() => 1));
    return { x: spread.mul(right.reshape(...shapeOf(batch), ...rows.map(() => 1), ...shapeOf(columns))), axes };
  }
  const matrices = left.reshape(count(batch), count(rows), count(inner));
  return { x: matrices.matmul(right.reshape(count(batch), count(inner), count(columns))).reshape(shape), axes };
}
