/**
 * How much of a sweep its page shows. Page and server go by the same, so that pages that were opened early and late show the same.
 *
 * @module
 */

/** Points of one curve. */
export const POINTS = 512;
/** Metrics of a running trial. */
export const METRICS = 16;
/** Trials that have ended whose curves are shown: the last. Those that are running have theirs too. */
export const CURVES = 60;

/** Whether a trial has come to its end. */
export const isEnded = ({ status }: { readonly status: string }): boolean => status === "done" || status === "failed";

/** When a trial ended, in milliseconds. */
export const endOf = ({ began, seconds }: { readonly began: string | null; readonly seconds: number | null }): number =>
  began === null ? 0 : Date.parse(began) + 1000 * (seconds ?? 0);
