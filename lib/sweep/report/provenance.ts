/**
 * What a sweep's figures were made by, and the trials that failed.
 *
 * @module
 */
import { formatSeconds } from "../../plot/format.ts";
import { type Html, html, htmlTable } from "../../plot/html.ts";
import { configurations, varying } from "../groups.ts";
import { Labels, valueLabels } from "../labels.ts";
import type { SweepResults } from "../results.ts";
import { counted } from "../words.ts";

/** Failed trials that are listed. */
const MOST_FAILURES = 50;

/** The trials that failed, with the first line of their errors. */
export function failures({ trials }: SweepResults): Html {
  const failed = trials.filter(({ status }) => status === "failed");
  if (failed.length === 0) return html``;
  const params = varying(configurations(trials)), labels = new Labels(trials.map(({ params }) => params));
  const rows = failed.slice(0, MOST_FAILURES).map((trial) => [
    labels.words(trial.params, params),
    String(trial.seed),
    String(trial.attempts),
    (trial.error ?? "").split("\n")[0]!.slice(0, 300),
  ]);
  return html`
    <h2>Failed trials</h2>
    <div class="card">${htmlTable(["parameters", "seed", "attempts", "error"], rows)}
      ${failed.length > rows.length &&
        html`<p class="muted small">${failed.length - rows.length} more are in trials.jsonl.</p>`}
    </div>
  `;
}

/** Plan, machines, data and code. */
export function provenance(results: SweepResults): Html {
  const { plan, code, environments, trials, data } = results;
  const codes = new Set(trials.flatMap((trial) => trial.code ?? []));
  const seconds = trials.reduce((sum, trial) => sum + (trial.seconds ?? 0), 0);
  const axes = Object.entries(plan.axes).map(([name, values]): [string, string] => [
    name,
    typeof values === "string" ? values : [...valueLabels(values).values()].join(", "),
  ]);
  const rows: [string, string][] = [
    ["Sweep", plan.name],
    ...axes,
    ["seeds", plan.seeds.join(", ")],
    ...[...environments.values()].map(({ description, threads, system, versions }): [string, string] => [
      "Ran on",
      `${description}${threads === null ? "" : `, ${counted(threads, "thread")}`}; ${system}; ${
        Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")
      }`,
    ]),
    ...Object.entries(data).map(([name, identity]): [string, string] => ["Data", `${name} (${identity})`]),
    ["Code", `${code.id}: Sonde ${code.version}, ${counted(Object.keys(code.files).length, "local module")}`],
    ...(codes.size > 1
      ? [["Mixed code", `the trials were run by ${codes.size} versions of the code`] as [string, string]]
      : []),
    ["Trials' time", formatSeconds(seconds)],
  ];
  return html`
    <div class="card">
      <dl>${rows.map(([name, value]) =>
        html`
          <dt>${name}</dt>
          <dd>${value}</dd>
        `
      )}</dl>
    </div>
  `;
}
