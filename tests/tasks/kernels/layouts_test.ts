import assert from "node:assert/strict";
import { KERNELS } from "../../../lib/device/cpu/kernels.ts";
import { command, flag, operand, row, scalar, table, word } from "../../../lib/device/cpu/layout.ts";
import { className, classText, layoutsWithClass } from "../../../tasks/kernels/layouts.ts";
import { sourcesOfKernels } from "./sources.ts";

const fields = {
  size: word("elements"),
  input: operand("dense"),
  sizes: table("of the input"),
  dense: flag("whether it is dense"),
  eps: scalar("what is added"),
};

Deno.test("classText() reads a command's fields by kind and place, behind the header", () => {
  assert.equal(
    classText(command("maxPool", fields)),
    `@unmanaged
export class MaxPoolCommand {
  @inline get size(): i32 { return word(changetype<usize>(this), 8); } // elements
  @inline get input(): usize { return address(changetype<usize>(this), 9); } // dense
  @inline get sizes(): usize { return table(changetype<usize>(this), 12); } // of the input
  @inline get dense(): bool { return word(changetype<usize>(this), 13) != 0; } // whether it is dense
  @inline get eps(): f64 { return scalar(word(changetype<usize>(this), 14)); } // what is added
}`,
  );
});

Deno.test("classText() reads a row's fields from its start, and knows the row after it", () => {
  assert.equal(
    classText(row("phase", fields)),
    `@unmanaged
export class Phase {
  @inline get size(): i32 { return load<i32>(changetype<usize>(this), 0); } // elements
  @inline get input(): usize { return address(changetype<usize>(this), 1); } // dense
  @inline get sizes(): usize { return program + <usize> load<i32>(changetype<usize>(this), 16); } // of the input
  @inline get dense(): bool { return load<i32>(changetype<usize>(this), 20) != 0; } // whether it is dense
  @inline get eps(): f64 { return scalar(load<i32>(changetype<usize>(this), 24)); } // what is added
  @inline get next(): Phase { return changetype<Phase>(changetype<usize>(this) + 28); } // the row after this one
}`,
  );
});

Deno.test("kernels with the same fields share a class, and no two classes have one name", () => {
  const layouts = layoutsWithClass(), names = layouts.map(className);
  assert.equal(new Set(names).size, names.length);
  for (const [{ name, fields }] of KERNELS) assert.ok(layouts.some((layout) => layout.fields === fields), name);
});

Deno.test("every field of a layout is read by a kernel", () => {
  const sources = [...sourcesOfKernels()].filter(([name]) => name !== "layouts.ts").map(([, text]) => text);
  const layouts = layoutsWithClass();
  /** The layouts that this one begins as, so that a kernel may hand its command on as theirs. */
  const beginnings = ({ fields }: typeof layouts[number]) =>
    layouts.filter((other) => {
      const own = Object.entries(fields), entries = Object.entries(other.fields);
      return entries.length <= own.length &&
        entries.every(([name, field], i) => own[i]![0] === name && own[i]![1] === field);
    });
  const unread = layouts.flatMap((layout) => {
    const classes = beginnings(layout).map(className);
    const users = sources.filter((text) => classes.some((name) => new RegExp(`\\b${name}\\b`).test(text)));
    return Object.keys(layout.fields)
      .filter((field) => !users.some((text) => new RegExp(`\\.${field}\\b`).test(text)))
      .map((field) => `${layout.name}.${field}`);
  });
  assert.deepEqual(unread, []);
});
