/** What a rule of a diagnosis is. */
import type { ActivationFigures, DiagnosisInput, Finding, FindingRule } from "./diagnosis.ts";
import type { Problem } from "./diagnose_problems.ts";
import type { ClassFigures, DiagnosisRecords, InputFigures, SetupFacts } from "./diagnosis_records.ts";

/** What the rules see: every part is there, if only as an empty list. */
export interface Evidence {
  readonly activations: readonly ActivationFigures[];
  readonly losses: readonly number[];
  readonly lrs: readonly number[];
  readonly setup: SetupFacts;
  /** What DiagnoseCB recorded, if it was there. */
  readonly records: DiagnosisRecords | undefined;
  readonly inputs: InputFigures | undefined;
  readonly classes: ClassFigures | undefined;
  /** What is known of the parameters, recorded or as they stand. */
  readonly parameters: DiagnosisRecords["parameters"];
}

/** A rule: one problem, what it takes to judge it, and what it finds. */
export interface Rule {
  readonly problem: Problem;
  /** When it is reported, and why so. */
  readonly rule: FindingRule;
  /** What is missing to judge it; undefined if nothing is. */
  missing(evidence: Evidence): string | undefined;
  /** At most one finding: of several modules the first is named, and the text counts the others. */
  find(evidence: Evidence): Omit<Finding, "problem" | "rule"> | undefined;
}

/** The evidence in an input. */
export function evidenceOf(input: DiagnosisInput): Evidence {
  const { activations = [], losses = [], lrs = [], setup = {}, records, parameters = [] } = input;
  return {
    activations,
    losses,
    lrs,
    setup,
    records,
    inputs: records?.inputs,
    classes: records?.classes,
    parameters: records?.parameters ?? parameters,
  };
}

/** What is missing without a DiagnoseCB. */
export const noRecords = ({ records }: Evidence): string | undefined => records ? undefined : "without a DiagnoseCB";

/** What is missing without records of classes. */
export const noClasses = (evidence: Evidence): string | undefined =>
  noRecords(evidence) ??
    (evidence.classes ? undefined : "outputs and targets are not those of a classifier, [n, classes] and int32 [n]");

/** The training batch that an entry of a module's records is of. */
export const batchOf = ({ batches }: { batches?: readonly number[] }, entry: number): number =>
  batches?.[entry] ?? entry;
