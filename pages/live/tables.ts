/** What is said of a run below its charts: figures of epochs, the diagnosis, and what is needed to run it again; of two runs side by side. */
/// <reference lib="dom" />
import type { ShownRun } from "../../lib/live/page_model.ts";
import { factPairs, figurePairs } from "./compare.ts";
import { make, table } from "./dom.ts";
import { format } from "./scale.ts";

/** The tables of a run, and of the one that it is compared with. */
export function tablesOf(run: ShownRun, other: ShownRun | undefined): HTMLElement[] {
  const found = other ? [...findings(run, "Diagnosis of A"), ...findings(other, "Diagnosis of B")] : findings(run);
  return [
    ...other ? pairTable(run, other) : rowTable(run),
    ...found,
    other ? factPairTable(run, other) : factTable(run),
  ];
}

function rowTable({ rows }: ShownRun): HTMLElement[] {
  const names = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))];
  const cells = rows.map(({ epoch, phase, figures }) => [
    String(epoch),
    phase,
    ...names.map((name) => figures[name] === undefined ? "–" : format(Number(figures[name]))),
  ]);
  return rows.length ? [table("Epochs", ["epoch", "phase", ...names], cells)] : [];
}

function pairTable(run: ShownRun, other: ShownRun): HTMLElement[] {
  const { columns, rows } = figurePairs(run, other);
  return rows.length ? [table("Epochs of both runs", columns, rows)] : [];
}

function findings({ findings }: ShownRun, title = "Diagnosis"): HTMLElement[] {
  if (!findings.length) return [];
  const section = make("section"), list = make("ul");
  list.append(...findings.map((line) => make("li", "", line)));
  section.append(make("h2", "", title), list);
  return [section];
}

function factTable({ facts: { started, epochs, facts } }: ShownRun): HTMLElement {
  const rows = [...Object.entries(facts), ["epochs", String(epochs)], ["started", started]];
  return table("To run it again", ["what", "value"], rows);
}

function factPairTable(run: ShownRun, other: ShownRun): HTMLElement {
  const pairs = factPairs(run, other), count = pairs.filter(({ differs }) => differs).length;
  const rows = pairs.map(({ name, a, b, differs }) => [name, differs ? "differs" : "same", a, b]);
  return table(
    `To run them again: ${count} of ${pairs.length} differ`,
    ["what", "compared", "A", "B"],
    rows,
    (i) => pairs[i]!.differs,
  );
}
