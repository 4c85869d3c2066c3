/** How the benchmark of diagnoses counts. */
import type { Finding } from "../../lib/learner/diagnosis.ts";
import { describe } from "./networks.ts";
import type { Declared, Outcome } from "./training.ts";
import { wilson } from "./wilson.ts";

/** What came of all runs of one ill. */
export interface IllScore {
  readonly name: string;
  readonly declared: string;
  readonly runs: number;
  /** Runs whose first finding has the declared problem and module. */
  readonly hits: number;
  /** Runs whose first finding has the declared problem and another module. */
  readonly elsewhere: number;
  /** Runs without any finding. */
  readonly silent: number;
  /** First findings of another problem, with their numbers. */
  readonly others: ReadonlyMap<string, number>;
  /** Findings besides the declared one. */
  readonly falseAlarms: number;
}

/** What came of the runs without an ill. */
export interface HealthyScore {
  /** Runs that reached the accuracy which was fixed beforehand. */
  readonly runs: number;
  /** Of these, runs with any finding. */
  readonly alarmed: readonly Outcome[];
  /** Runs that did not reach it, which are neither healthy nor ill. */
  readonly untrained: readonly Outcome[];
}

/** All figures. */
export interface Score {
  readonly ills: readonly IllScore[];
  readonly healthy: HealthyScore;
  /** Ill runs that were missed. */
  readonly misses: readonly Outcome[];
  /** Ill runs with a finding that was not declared, beside a hit or without one. */
  readonly alarmed: number;
}

const same = (finding: Finding | undefined, declared: Declared) =>
  finding?.problem === declared.problem && finding.module === declared.module;

/** Whether the first finding is the declared one. */
export const isHit = ({ declared, diagnosis }: Outcome) => same(diagnosis.findings[0], declared!);

/** Findings that were not declared. */
export const undeclared = ({ declared, diagnosis }: Outcome): Finding[] =>
  diagnosis.findings.filter((finding) => !declared || !same(finding, declared));

/**
 * Counts.
 *
 * @param healthy accuracy from which on a run without an ill is healthy
 */
export function scoreOf(outcomes: readonly Outcome[], healthy: number): Score {
  const sick = outcomes.filter(({ declared }) => declared), well = outcomes.filter(({ declared }) => !declared);
  const trained = well.filter(({ accuracy }) => accuracy >= healthy);
  return {
    ills: [...Map.groupBy(sick, ({ plan }) => plan.name)].map(([name, runs]) => illScore(name, runs)),
    healthy: {
      runs: trained.length,
      alarmed: trained.filter(({ diagnosis }) => diagnosis.findings.length > 0),
      untrained: well.filter((outcome) => !trained.includes(outcome)),
    },
    misses: sick.filter((outcome) => !isHit(outcome)),
    alarmed: sick.filter((outcome) => undeclared(outcome).length > 0).length,
  };
}

function illScore(name: string, runs: readonly Outcome[]): IllScore {
  const others = new Map<string, number>();
  let elsewhere = 0, silent = 0;
  for (const { declared, diagnosis: { findings: [first] } } of runs) {
    if (!first) silent++;
    else if (first.problem !== declared!.problem) others.set(first.problem, (others.get(first.problem) ?? 0) + 1);
    else if (first.module !== declared!.module) elsewhere++;
  }
  return {
    name,
    declared: runs[0]!.declared!.problem,
    runs: runs.length,
    hits: runs.filter(isHit).length,
    elsewhere,
    silent,
    others,
    falseAlarms: runs.reduce((sum, run) => sum + undeclared(run).length, 0),
  };
}

const percent = (share: number) => `${(100 * share).toFixed(0)}%`;

/** A share in words, with its interval. */
export function rate(hits: number, n: number): string {
  const [low, high] = wilson(hits, n);
  return `${hits} of ${n}, ${percent(hits / Math.max(1, n))} (95% interval ${percent(low)} to ${percent(high)})`;
}

/** The confusion table: its columns and rows. */
export function table({ ills, healthy }: Score): [columns: string[], rows: string[][]] {
  const columns = [
    "planted",
    "declared",
    "runs",
    "hit",
    "other module",
    "nothing",
    "another problem first",
    "false alarms",
  ];
  const rows = ills.map(({ name, declared, runs, hits, elsewhere, silent, others, falseAlarms }) => [
    name,
    declared,
    ...[runs, hits, elsewhere, silent].map(String),
    [...others].map(([problem, count]) => `${problem} ${count}`).join(", ") || "0",
    String(falseAlarms),
  ]);
  const firsts = Map.groupBy(healthy.alarmed, ({ diagnosis }) => diagnosis.findings[0]!.problem);
  const fine = healthy.runs - healthy.alarmed.length;
  const wrong = healthy.alarmed.reduce((sum, { diagnosis }) => sum + diagnosis.findings.length, 0);
  return [columns, [...rows, [
    "nothing (healthy)",
    "nothing",
    String(healthy.runs),
    String(fine),
    "0",
    String(fine),
    [...firsts].map(([problem, runs]) => `${problem} ${runs.length}`).join(", ") || "0",
    String(wrong),
  ]]];
}

const first = ({ diagnosis: { findings: [one] } }: Outcome) =>
  one ? `${one.problem}${one.module ? ` in ${one.module}` : ""}` : "nothing";

/** A run that was missed, or a wrong alarm, in a line. */
export function line(outcome: Outcome): string {
  const { plan, declared, accuracy } = outcome;
  const wanted = declared ? `; declared was ${declared.problem}${declared.module ? ` in ${declared.module}` : ""}` : "";
  return `${plan.name}, ${describe(plan.network)}, seed ${plan.seed} (accuracy ${accuracy.toFixed(2)}): ${
    first(outcome)
  }${wanted}`;
}

/** The rates in a few lines. */
export function summary(score: Score): string[] {
  const runs = score.ills.reduce((sum, ill) => sum + ill.runs, 0), { healthy } = score;
  return [
    `Ills named first, with the right module: ${rate(runs - score.misses.length, runs)}`,
    `Ill runs with a finding that was not declared: ${rate(score.alarmed, runs)}`,
    `Healthy runs with a wrong alarm: ${rate(healthy.alarmed.length, healthy.runs)}`,
    `Runs without an ill that did not train, and count as neither: ${healthy.untrained.length}; with a finding: ${
      healthy.untrained.filter(({ diagnosis }) => diagnosis.findings.length > 0).length
    }`,
  ];
}
