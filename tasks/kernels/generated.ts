/** What generated files of kernels/cpu begin with. */
export function generated(what: string, from: string): string {
  return `// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
// @ts-nocheck: AssemblyScript
/** ${what}. Made by \`deno task kernels\` of ${from}: do not edit. */`;
}
