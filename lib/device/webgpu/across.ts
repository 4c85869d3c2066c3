/**
 * Kernels over several buffers. What a dispatch reads and writes may lie in more than one buffer of the heap, or reach from one into the next:
 * then its text is changed so that each access looks up the buffer. All buffers have the same size, a power of two.
 */

/** Binding of each buffer of the heap; 1 and 2 are parameters and faults. */
export const heapBinding = (buffer: number) => buffer === 0 ? 0 : buffer + 2;

const DECLARATION = /@group\(0\) @binding\(0\) var<storage, read_write> heap: array<([\w<>]+)>;/;

/**
 * The text of a module for a heap of `buffers` buffers of `bytes` bytes.
 * @throws {Error} for a text without a heap
 */
export function acrossBuffers(code: string, buffers: number, bytes: number): string {
  const type = DECLARATION.exec(code)?.[1];
  if (!type) throw new Error("Cannot spread a kernel over several buffers: it has no heap");
  const unit = type === "vec4<u32>" ? 16 : 4, shift = Math.log2(bytes / unit);
  const all = Array.from({ length: buffers }, (_, i) => i);
  const choose = (body: (buffer: number) => string) =>
    all.map((i) => i < buffers - 1 ? `    case ${i}u: { ${body(i)} }` : `    default: { ${body(i)} }`).join("\n");
  const declarations = [
    ...all.map((i) => `@group(0) @binding(${heapBinding(i)}) var<storage, read_write> heap${i}: array<${type}>;`),
    `fn heapLoad(i: u32) -> ${type} {\n  let at = i & ${bytes / unit - 1}u;\n  switch (i >> ${shift}u) {`,
    choose((i) => `return heap${i}[at];`),
    "  }\n}",
    `fn heapStore(i: u32, value: ${type}) {\n  let at = i & ${bytes / unit - 1}u;\n  switch (i >> ${shift}u) {`,
    choose((i) => `heap${i}[at] = value;`),
    "  }\n}",
  ].join("\n");
  return accesses(code.replace(DECLARATION, "@@")).replaceAll("&heap)", "&heap0)").replace("@@", () => declarations);
}

/** Reads and writes of `heap[…]` as calls. */
function accesses(text: string): string {
  let out = "", at = 0;
  for (const { index } of text.matchAll(/\bheap\[/g)) {
    if (index < at) continue; // within one that was seen
    const end = closing(text, index + 4), place = `u32(${accesses(text.slice(index + 5, end))})`;
    out += text.slice(at, index);
    const assigns = /^\s*=(?!=)\s*/.exec(text.slice(end + 1));
    if (assigns) {
      const from = end + 1 + assigns[0].length, to = text.indexOf(";", from);
      out += `heapStore(${place}, ${accesses(text.slice(from, to))})`;
      at = to;
    } else {
      out += `heapLoad(${place})`;
      at = end + 1;
    }
  }
  return out + text.slice(at);
}

/** Where the bracket that opens at `from` closes. */
function closing(text: string, from: number): number {
  let depth = 0, at = from;
  do {
    if (text[at] === "[") depth++;
    else if (text[at] === "]") depth--;
    at++;
  } while (depth > 0 && at < text.length);
  return at - 1;
}
