/**
 * What the ledger says of a run in words.
 *
 * @module
 */
import type { Run } from "../../lib/lessons/types.ts";
import type { Compared, Tested } from "./comparison.ts";
import { allowed, median, type Outcome, TAIL } from "./figures.ts";
import { lossText } from "./format.ts";

const three = (x: number) => x.toFixed(3);
const four = (x: number) => x.toFixed(4);

/** Below this p, corrected, a difference is called one. */
const UNLIKELY = 0.05;

/** `3 of 20 seeds fail, 2 of them with NaN`. */
function failures({ seeds, failed, nonFinite }: Outcome): string {
  const some = failed === 0
    ? `none of ${seeds} seeds fails`
    : `${failed} of ${seeds} seeds fail${failed === 1 ? "s" : ""}`;
  const many = seeds > 1 ? some : failed ? "the one seed fails" : "the one seed does not fail";
  if (nonFinite === 0) return many;
  return `${many}, ${
    nonFinite === failed
      ? (failed === 1 ? "with a loss of NaN" : "all with a loss of NaN")
      : `${nonFinite} of them with a loss of NaN`
  }`;
}

/** Sonde and PyTorch by their means. */
function means(own: Outcome, torch: Outcome): string {
  const apart = Math.abs(own.mean - torch.mean), bound = allowed(own, torch);
  const verdict = apart <= bound ? "within" : "**beyond**";
  return `Sonde's mean ${four(own.mean)} and PyTorch's ${four(torch.mean)} are ${four(apart)} apart, ${verdict} the ${
    four(bound)
  } allowed.`;
}

/** `p = .18`, and whether it says anything: `what` is what may differ. */
function verdict({ p, adjusted, of }: Tested, what: string): string {
  const found = `p = ${p < 0.001 ? p.toExponential(0) : p.toFixed(p < 0.1 ? 3 : 2)}`;
  if (adjusted < UNLIKELY) return `${what} **differ** (${found}; corrected for ${of} runs ${adjusted.toFixed(3)})`;
  if (p < UNLIKELY) return `${what} do not differ beyond chance (${found}, but of ${of} runs ${adjusted.toFixed(2)})`;
  return `${what} do not differ beyond chance (${found})`;
}

/** Sonde and PyTorch by the share of seeds that fail, and by the median of the others. */
function shares({ own, torch, shares: tested }: Compared): string {
  const said = `In Sonde ${failures(own)}; in PyTorch ${failures(torch)}`;
  const medians = own.good.length && torch.good.length
    ? ` Medians of the others: ${four(own.median)} and ${four(torch.median)}.`
    : "";
  return Number.isNaN(tested.p) ? `${said}.${medians}` : `${said}: ${verdict(tested, "the shares")}.${medians}`;
}

/** Sonde and PyTorch by the losses of all seeds. */
function losses({ own, torch, losses: tested }: Compared): string {
  if (Number.isNaN(tested.p)) return "";
  return `Median losses ${lossText(median(own.losses))} and ${lossText(median(torch.losses))}: ${
    verdict(tested, "the losses")
  }.`;
}

/** The seeds that learned, and whose loss is large all the same. */
function tails({ own, torch }: Compared): string {
  if (!own.tail && !torch.tail) return "";
  const far = ({ tail, largest: most, good }: Outcome, where: string) => {
    const largest = tail ? ` (the largest ${lossText(most)})` : "";
    return good.length ? [`${tail} of ${good.length}${largest} in ${where}`] : [];
  };
  return `Of the seeds that did not fail, losses above ${TAIL}: ${
    [...far(own, "Sonde"), ...far(torch, "PyTorch")].join(", ")
  }.`;
}

/** Where the published figure lies among the reproduced ones. */
function published(run: Run, own: Outcome): string {
  const figure = (run.published.at(-1) ?? run.course)?.eval.accuracy;
  if (figure === undefined) return "The document has no figures.";
  const whose = run.published.length ? "The published" : "The course's";
  if (Number.isNaN(figure)) return `${whose} loss is NaN.`;
  const least = own.good[0], most = own.good.at(-1);
  const alone = own.good.length < 2;
  if (figure < 0.5) {
    return own.failed
      ? `${whose} ${three(figure)} is such a failure.`
      : `${whose} ${three(figure)} is lower than any seed here.`;
  }
  if (least === undefined || most === undefined) return `${whose} figure is ${three(figure)}.`;
  // Published figures have three decimals.
  if (figure < least - 5e-4) {
    return `${whose} ${three(figure)} is below ${alone ? "it" : `all (from ${three(least)})`}.`;
  }
  if (figure > most + 5e-4) return `${whose} ${three(figure)} is above ${alone ? "it" : `all (to ${three(most)})`}.`;
  if (alone) return `${whose} ${three(figure)} is the seed's too, but for rounding.`;
  return `${whose} ${three(figure)} lies among the seeds here (${three(least)} to ${three(most)}).`;
}

/** A run's figures in sentences. */
export function words(compared: Compared): string {
  const { run, own, torch } = compared;
  const parts: string[] = [];
  if (run.outcome === "fails") {
    const all = own.failed === own.seeds;
    parts.push(
      all
        ? `Fails, as it should: ${failures(own)}`
        : `**Should fail**, but ${own.seeds - own.failed} of ${own.seeds} seeds do not`,
    );
    parts[0] += torch.seeds ? `; in PyTorch ${failures(torch)}.` : ".";
  } else if (torch.seeds === 0) {
    parts.push(`In Sonde ${failures(own)}. There is no run in PyTorch.`);
  } else {
    if (run.outcome === "steady" && own.good.length && torch.good.length) parts.push(means(own, torch));
    if (run.outcome === "varies" || own.failed || torch.failed) parts.push(shares(compared));
  }
  parts.push(losses(compared), tails(compared), published(run, own));
  if (run.note) parts.push(run.note);
  return parts.filter(Boolean).join(" ");
}
