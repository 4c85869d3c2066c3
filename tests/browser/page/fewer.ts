/** Golden files with fewer cases: SwiftShader takes long to compile each new text, and Deno tests all cases. */

/** What is looked at of a case of an operation. */
interface Case {
  readonly family: string;
  readonly op: string;
  /** Of first order, and of second. */
  readonly grads?: unknown;
  readonly second?: unknown;
}

/** Each operation once in each family: its first case with gradients, if it has any, of the first order alone. */
function fewerCases(cases: readonly Case[]): Case[] {
  const alike = Map.groupBy(cases, ({ family, op }) => `${family}: ${op}`);
  return [...alike.values()].map((cases) =>
    cases.find(({ grads, second }) => grads && !second) ?? cases.find(({ grads }) => grads) ?? cases[0]!
  );
}

/** The text of a golden file with one case of each operation; that of another file as it is. */
export function fewer(text: string): string {
  const golden = JSON.parse(text) as { cases?: readonly Partial<Case>[] };
  if (!golden.cases?.every(({ family, op }) => family && op)) return text;
  return JSON.stringify({ ...golden, cases: fewerCases(golden.cases as readonly Case[]) });
}
