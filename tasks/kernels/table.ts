/** The text of kernels/cpu/table.ts: the kernels by number. */
import { KERNELS } from "../../lib/device/cpu/kernels.ts";
import { generated } from "./generated.ts";

/** The whole file. A layout without a kernel of its name does not compile. */
export function tableText(): string {
  const files = Map.groupBy(KERNELS, ([, file]) => file);
  const imports = [...files].map(([file, kernels]) =>
    `import { ${kernels.map(([{ name }]) => name).join(", ")} } from "./${file}";`
  );
  return `${generated("The kernels by number", "lib/device/cpu/kernels.ts")}
import { tableIndex } from "./command";
${imports.join("\n")}

const KERNELS: StaticArray<(command: usize, chunk: i32) => void> = [
${KERNELS.map(([{ name }]) => `  ${name},`).join("\n")}
];

/** Function-table index of kernel \`number\`, or −1. */
export function kernel(number: i32): i32 {
  return tableIndex(KERNELS, number);
}
`;
}
