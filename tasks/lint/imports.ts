/**
 * The imports of a file, in every form that TypeScript has: what the rule about layers and the search for circles look at.
 *
 * @module
 */

/** The text of a literal, or of a template without placeholders. */
function textOf(node: Deno.lint.Node | null | undefined): string | undefined {
  if (node?.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node?.type === "TemplateLiteral" && node.expressions.length === 0) return node.quasis[0]?.cooked;
  return undefined;
}

/**
 * A visitor for a lint rule that calls `found` for each import whose source is a text: `import`, `import type`, `export … from`,
 * `import(…)`, and types such as `import("…").Tensor`.
 */
export function importVisitor(found: (node: Deno.lint.Node, source: string) => void): Deno.lint.LintVisitor {
  const visit = (node: Deno.lint.Node, source: Deno.lint.Node | null | undefined) => {
    const text = textOf(source);
    if (text !== undefined) found(node, text);
  };
  return {
    ImportDeclaration: (node) => visit(node, node.source),
    ExportNamedDeclaration: (node) => visit(node, node.source),
    ExportAllDeclaration: (node) => visit(node, node.source),
    ImportExpression: (node) => visit(node, node.source),
    TSImportType: (node) => visit(node, node.argument.type === "TSLiteralType" ? node.argument.literal : node.argument),
  };
}
