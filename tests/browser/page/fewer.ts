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

/** Steps of the trainings. */
const STEPS = 3;

/** A stored training of tests/oracle/training.ts, cut short: what its weights are in the end is no longer known. */
const shorter = <T extends Training>(run: T): T => ({
  ...run,
  labels: run.labels.slice(0, STEPS),
  losses: run.losses.slice(0, STEPS),
  last: [],
});

/** What is looked at of a training: one item a step. */
interface Training {
  readonly labels: readonly unknown[];
  readonly losses: readonly unknown[];
  readonly last: readonly unknown[];
}

/** The text of a golden file with one case of each operation, or with trainings of a few steps; that of another file as it is. */
export function fewer(text: string): string {
  const golden = JSON.parse(text) as { cases?: readonly Partial<Case>[]; runs?: readonly Training[] };
  if (golden.runs) return JSON.stringify({ ...golden, runs: golden.runs.map(shorter) });
  if (!golden.cases?.every(({ family, op }) => family && op)) return text;
  return JSON.stringify({ ...golden, cases: fewerCases(golden.cases as readonly Case[]) });
}
