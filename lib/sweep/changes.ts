/**
 * What is different between a sweep as it was and as it is now, in words.
 *
 * @module
 */
import type { CodeIdentity } from "./code.ts";
import type { PlanDescription } from "./expand.ts";
import { canonical } from "./identity.ts";

/** A sweep at one time. */
export interface Snapshot {
  readonly plan: Omit<PlanDescription, "trials">;
  readonly code: CodeIdentity;
  /** Identities of its trials. */
  readonly trials: readonly string[];
}

/** The first few of many, and how many more. */
function some(names: readonly string[], most = 4): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(", ")} and ${more} more` : names.join(", ");
}

const describe = (axis: PlanDescription["axes"][string] | undefined) =>
  axis === undefined ? "absent" : typeof axis === "string" ? axis : axis.map((value) => String(value)).join(", ");

function planChanges(before: Snapshot, now: Snapshot): string[] {
  const changes: string[] = [];
  if (before.plan.name !== now.plan.name) changes.push(`the sweep was ${before.plan.name}, and is ${now.plan.name}`);
  const names = new Set([...Object.keys(before.plan.axes), ...Object.keys(now.plan.axes)]);
  for (const name of names) {
    const [old, axis] = [before.plan.axes[name], now.plan.axes[name]];
    if (canonical(old ?? null) !== canonical(axis ?? null)) {
      changes.push(`${name} was ${describe(old)}, and is ${describe(axis)}`);
    }
  }
  if (canonical(before.plan.seeds) !== canonical(now.plan.seeds)) {
    changes.push(
      `seeds were ${some(before.plan.seeds.map(String), 8)}, and are ${some(now.plan.seeds.map(String), 8)}`,
    );
  }
  const [old, current] = [new Set(before.trials), new Set(now.trials)];
  const added = now.trials.filter((id) => !old.has(id)).length;
  const gone = before.trials.filter((id) => !current.has(id)).length;
  // Finished trials of an earlier plan stay in the store: they alone are no change.
  if (before.plan.id !== now.plan.id) changes.push(`${added} trials are new, ${gone} are gone`);
  return changes;
}

function codeChanges({ code: before }: Snapshot, { code: now }: Snapshot): string[] {
  if (before.id === now.id) return [];
  const names = [...new Set([...Object.keys(before.files), ...Object.keys(now.files)])];
  const changed = names.filter((name) => before.files[name] !== now.files[name]);
  return [
    ...(before.version === now.version ? [] : [`Sonde was ${before.version}, and is ${now.version}`]),
    ...(changed.length === 0 ? [] : [`changed files: ${some(changed)}`]),
  ];
}

/** What has changed, a phrase each; empty if nothing has. */
export function compare(before: Snapshot, now: Snapshot): string[] {
  return [...planChanges(before, now), ...codeChanges(before, now)];
}
