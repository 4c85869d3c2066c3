/**
 * Profiles for a terminal, and for docs/speed.md.
 *
 * @module
 */
import { textTable } from "../../lib/plot/text.ts";
import { markdownTable } from "../page_section.ts";
import type { Bounds, Profile } from "./profile.ts";
import { type Assessed, type Loss, micro, type Others, type Verdict } from "./profile_bounds.ts";
import type { Launch } from "./profile_launch.ts";
import type { Ceiling } from "./profile_processor.ts";

const number = (x: number, digits = 0) =>
  x.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

const percent = (share: number) => `${number(100 * share)} %`;

/** A profile as text. */
export function profileText(
  { workload, device, stepMicroseconds, hostMicroseconds, launches, bounds }: Profile,
): string {
  const sum = (of: (launch: Launch) => number) => launches.reduce((total, launch) => total + of(launch), 0);
  const isTimed = launches.every(({ microseconds }) => microseconds !== null);
  const total: Launch = {
    name: `in all ${launches.length}`,
    groups: sum(({ groups }) => groups),
    bytes: sum(({ bytes }) => bytes),
    flops: sum(({ flops }) => flops),
    microseconds: isTimed ? sum(({ microseconds }) => microseconds!) : null,
  };
  const groups = device.startsWith("webgpu") ? "workgroups" : "chunks",
    columns = ["launch", groups, "MB", "MFLOP", "µs"];
  const heading = `${workload}: ${number(stepMicroseconds)} µs a step, of which the host ${number(hostMicroseconds)}`;
  if (!bounds) return [heading, ...textTable(columns, [...launches, total].map(work))].join("\n");
  const rows = [...bounds.kernels.map((kernel) => [...work(kernel), ...against(kernel)]), [
    ...work(total),
    "",
    "",
    "",
    "",
  ]];
  return [
    ...bounds.processor.map(ceilingText),
    "",
    heading,
    ...textTable([...columns, "GFLOP/s", "GB/s", "of bound", "bound by"], rows),
    "",
    verdictText(workload, bounds.holdsBack),
  ].join("\n");
}

function work({ name, groups, bytes, flops, microseconds }: Launch): string[] {
  const time = microseconds === null ? "–" : number(microseconds, 1);
  return [name, number(groups), number(bytes / 1e6, 3), number(flops / 1e6, 3), time];
}

const against = (
  { gflops, gbps, share, bound }: Assessed,
) => [number(gflops, 1), number(gbps, 1), percent(share), bound];

/** What some threads can do, in a line. */
export function ceilingText({ threads, gflops, streams, start, wait, record }: Ceiling): string {
  const size = (bytes: number) => `${(bytes / 1e6).toPrecision(bytes < 1e6 ? 1 : bytes < 1e7 ? 2 : 3)} MB`;
  const speeds = streams.map(({ bytes, gbps }) => `${number(gbps)} (${size(bytes)})`).join(", ");
  const waiting = threads > 1
    ? `, ${number(wait, 1)} to wait for the other ${threads === 2 ? "thread" : "threads"}`
    : "";
  return `${threads} ${threads === 1 ? "thread" : "threads"}: ${number(gflops)} GFLOP/s; ${speeds} GB/s; ` +
    `${number(start, 1)} µs to start a kernel${waiting}, ${number(record, 1)} to record a node`;
}

/** What holds a step back, in a few lines. */
export function verdictText(
  workload: string,
  { stepMicroseconds, leastMicroseconds, losses, others }: Verdict,
): string {
  const lost = losses.map(({ what, microseconds, why }) => `  ${what}: ${micro(microseconds)} lost; ${why}`);
  return [
    `What holds ${workload} back: a step takes ${
      micro(stepMicroseconds)
    }; with every kernel at the processor's bound, ` +
    `and nothing else, it would take ${micro(leastMicroseconds)} (${percent(leastMicroseconds / stepMicroseconds)})`,
    ...lost,
    `  ${others.count} others: ${micro(others.microseconds)} lost in all; ${kindsText(others)}`,
  ].join("\n");
}

const kindsText = ({ kinds }: Others) =>
  `most of it in ${kinds.map(({ kind, microseconds }) => `${kind} (${micro(microseconds)})`).join(", ")}`;

/** What holds steps back, for docs/speed.md. @param how what it was measured with */
export function profilePage(
  profiles: readonly { readonly workload: string; readonly bounds: Bounds }[],
  how: string,
): string {
  const rows = profiles.flatMap(({ workload, bounds: { holdsBack } }) => {
    const { stepMicroseconds, leastMicroseconds, losses, others } = holdsBack;
    const step = [workload, micro(stepMicroseconds), micro(leastMicroseconds)];
    const rest: Loss = { what: `${others.count} others`, microseconds: others.microseconds, why: kindsText(others) };
    return [...losses, rest].map((
      { what, microseconds, why },
      i,
    ) => [...(i ? ["", "", ""] : step), what, micro(microseconds), why]);
  });
  const processor = profiles[0]?.bounds.processor.map((ceiling) => `- ${ceilingText(ceiling)}`) ?? [];
  const table = markdownTable(["workload", "a step", "at the bound", "largest losses", "lost", "why"], rows);
  return [how, processor.join("\n"), table].join("\n\n");
}
