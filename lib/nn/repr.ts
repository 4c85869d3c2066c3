/** How modules and numbers print: PyTorch's text, character for character. */

/** A module as far as printing goes. */
export interface Printable {
  /** The class's name, as it is printed. */
  readonly typeName: string;
  extraRepr(): string;
  namedChildren(): Iterable<[string, Printable]>;
}

/**
 * Prints a module as PyTorch does: a leaf on one line, `ReLU()`, and anything with children as an indented block.
 *
 * Follows `Module.__repr__` of PyTorch 1.13.
 */
export function repr(module: Printable): string {
  const extra = module.extraRepr();
  const extraLines = extra ? extra.split("\n") : [];
  const childLines = [...module.namedChildren()].map(([name, child]) => `(${name}): ${indent(repr(child))}`);
  if (extraLines.length === 1 && childLines.length === 0) return `${module.typeName}(${extraLines[0]})`;
  const lines = [...extraLines, ...childLines];
  return lines.length ? `${module.typeName}(\n  ${lines.join("\n  ")}\n)` : `${module.typeName}()`;
}

/** Moves every line but the first in by two spaces. */
function indent(text: string): string {
  return text.replaceAll("\n", "\n  ");
}

/** Python's text of a tuple: `(3, 3)`, `(3,)`. */
export function pyTuple(values: readonly number[]): string {
  return values.length === 1 ? `(${values[0]},)` : `(${values.join(", ")})`;
}

/** A size along both axes as it was written: `2` or `(2, 3)`. */
export function pyPair(value: number | readonly number[]): string {
  return typeof value === "number" ? String(value) : pyTuple(value);
}

/** Python's text of a truth value: `True`, `False`. */
export function pyBool(value: boolean): string {
  return value ? "True" : "False";
}

/** Python's text of a float: `1.0` and `1e-05` where JavaScript has `1` and `0.00001`. */
export function pyFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
