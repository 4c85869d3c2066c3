/** The text of kernels/cpu/layouts.ts: the classes by which the kernels read their commands, from the layouts of lib/device/cpu. */
import { KERNELS, PARTS } from "../../lib/device/cpu/kernels.ts";
import { type Field, type Layout, positions } from "../../lib/device/cpu/layout.ts";
import { generated } from "./generated.ts";

/** `maxPool` as the name of a class: `MaxPoolCommand`, or `Phase` for the rows of a table. */
export function className({ name, header }: Layout): string {
  return name[0]!.toUpperCase() + name.slice(1) + (header ? "Command" : "");
}

/** Type and expression that read a field at word `at`. */
function reader({ kind }: Field, at: number, isCommand: boolean): [type: string, text: string] {
  const self = "changetype<usize>(this)", plain = isCommand ? `word(${self}, ${at})` : `load<i32>(${self}, ${4 * at})`;
  switch (kind) {
    case "word":
      return ["i32", plain];
    case "flag":
      return ["bool", `${plain} != 0`];
    case "operand":
      return ["usize", `address(${self}, ${at})`];
    case "table":
      return ["usize", isCommand ? `table(${self}, ${at})` : `program + <usize> ${plain}`];
    case "scalar":
      return ["f64", `scalar(${plain})`];
  }
}

function getter(name: string, comment: string, type: string, text: string): string {
  return `  /** ${comment[0]!.toUpperCase()}${comment.slice(1)}. */
  // @ts-ignore: decorator
  @inline
  get ${name}(): ${type} {
    return ${text};
  }`;
}

/** The class of one layout. */
export function classText(layout: Layout): string {
  const places = positions(layout), isCommand = layout.header > 0, getters: string[] = [];
  for (const [name, field] of Object.entries(layout.fields)) {
    const at = places.get(name)!, { comment, alias } = field;
    getters.push(getter(name, comment, ...reader(field, at, isCommand)));
    if (alias !== undefined) {
      getters.push(getter(alias, `the first word of ${name}`, ...reader({ kind: "word", comment }, at, isCommand)));
    }
  }
  if (!isCommand) {
    const bytes = 4 *
      [...Object.values(layout.fields)].reduce((sum, { kind }) => sum + (kind === "operand" ? 3 : 1), 0);
    getters.push(
      getter(
        "next",
        "the row after this one",
        className(layout),
        `changetype<${className(layout)}>(changetype<usize>(this) + ${bytes})`,
      ),
    );
  }
  return `// @ts-ignore: decorator
@unmanaged
export class ${className(layout)} {
${getters.join("\n\n")}
}`;
}

/** The whole file. */
export function layoutsText(): string {
  const classes = [...PARTS, ...KERNELS.map(([layout]) => layout)].map(classText);
  return `${generated("Commands and rows of tables as the kernels read them", "lib/device/cpu")}
import { address, program, scalar, table, word } from "./command";

${classes.join("\n\n")}
`;
}
