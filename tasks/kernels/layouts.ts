/** The text of kernels/cpu/layouts.ts: the classes by which the kernels read their commands, from the layouts of lib/device/cpu. */
import { KERNELS, PARTS } from "../../lib/device/cpu/kernels.ts";
import { type Kind, type Layout, positions } from "../../lib/device/cpu/layout.ts";
import { generated } from "./generated.ts";

/** `maxPool` as the name of a class: `MaxPoolCommand`, or `Phase` for the rows of a table. */
export function className({ name, header }: Layout): string {
  return name[0]!.toUpperCase() + name.slice(1) + (header ? "Command" : "");
}

/**
 * Type and expression that read a field at word `at`. Words of commands are read as `word`, those of rows as `load`: as good, but only so
 * does the module stay the same to the byte when kernels turn to these classes.
 */
function reader(kind: Kind, at: number, isCommand: boolean): readonly [type: string, text: string] {
  const self = "changetype<usize>(this)", plain = isCommand ? `word(${self}, ${at})` : `load<i32>(${self}, ${4 * at})`;
  switch (kind) {
    case "word":
      return ["i32", plain];
    case "flag":
      return ["bool", `${plain} != 0`];
    case "operand":
      return ["usize", `address(${self}, ${at})`];
    case "halves":
      return ["usize", `halfAddress(${self}, ${at})`];
    case "table":
      return ["usize", isCommand ? `table(${self}, ${at})` : `program + <usize> ${plain}`];
    case "scalar":
      return ["f64", `scalar(${plain})`];
    case "note":
      return ["usize", `${self} + ${4 * at}`];
  }
}

const getter = (name: string, [type, text]: readonly [type: string, text: string], comment: string): string =>
  `  @inline get ${name}(): ${type} { return ${text}; } // ${comment}`;

/** The class of one layout: a getter a field, and of rows the row after. */
export function classText(layout: Layout): string {
  const places = positions(layout), isCommand = layout.header > 0, self = className(layout), getters: string[] = [];
  for (const [name, { kind, comment }] of Object.entries(layout.fields)) {
    getters.push(getter(name, reader(kind, places.get(name)!, isCommand), comment));
  }
  if (!isCommand) {
    const next = `changetype<${self}>(changetype<usize>(this) + ${4 * layout.length})`;
    getters.push(getter("next", [self, next], "the row after this one"));
  }
  return `@unmanaged
export class ${self} {
${getters.join("\n")}
}`;
}

/** Layouts that have a class: of those with the same fields, the first. */
export function layoutsWithClass(): Layout[] {
  const all = [...PARTS, ...KERNELS.map(([layout]) => layout)];
  return all.filter(({ fields }, i) => all.findIndex((other) => other.fields === fields) === i);
}

/** The whole file. */
export function layoutsText(): string {
  return `${generated("Commands and rows of tables as the kernels read them", "lib/device/cpu")}
import { address, halfAddress, program, scalar, table, word } from "./command";

${layoutsWithClass().map(classText).join("\n\n")}
`;
}
