/**
 * A sweep as its author writes it.
 *
 * @module
 */
import type { DataName, RawDataset } from "../data/catalogue.ts";
import type { Device } from "../device/device.ts";
import type { LearnerCore } from "../learner/core.ts";
import type { FitOptions } from "../learner/options.ts";
import type { Picture } from "../plot/picture.ts";
import { checkPlan } from "./check.ts";
import type { Value } from "./errors.ts";
import type { Distribution } from "./space.ts";

/** Every value of every parameter, to be combined with all others. */
export type Grid = Readonly<Record<string, readonly Value[]>>;
/** What each parameter is drawn from. */
export type Space = Readonly<Record<string, Distribution>>;
/** One trial's parameters. */
export type Params = Readonly<Record<string, Value>>;

/** A grid's parameters; those with a condition may be absent. */
export type GridParams<G extends Grid, W extends keyof G = never> =
  & { readonly [K in Exclude<keyof G, W>]: G[K][number] }
  & { readonly [K in W]: G[K][number] | undefined };

/** A space's parameters; those with a condition may be absent. */
export type SpaceParams<S extends Space, W extends keyof S = never> =
  & { readonly [K in Exclude<keyof S, W>]: S[K] extends Distribution<infer V> ? V : never }
  & { readonly [K in W]: (S[K] extends Distribution<infer V> ? V : never) | undefined };

/** Metrics by name. */
export type Metrics = Readonly<Record<string, number>>;

/** How much of a data set a trial wants. */
export interface TrialDataOptions {
  /** At most so many training and so many test images. Of `garments` no others are drawn. Default: all. */
  readonly limit?: number;
}

/** Options of a fit that a trial can go on from. */
export interface TrialFitOptions extends Omit<FitOptions, "resume"> {
  /** Keep a checkpoint at the first batch that ends so many minutes after the last. Default: 1, without `batches`. */
  readonly minutes?: number;
  /** Keep a checkpoint after every so many training batches of an epoch. Default: by time alone. */
  readonly batches?: number;
}

/** What a trial is given besides its parameters. */
export interface TrialContext {
  /** The trial's identity: the same for the same sweep, parameters and seed, on every machine. */
  readonly id: string;
  /** The trial's seed. The default generator has been set to it. */
  readonly seed: number;
  /** 1 for the first attempt; more after a crash. Results should not depend on it. */
  readonly attempt: number;
  /** Where to compute. It is the default device already. */
  readonly device: Device;
  /** Aborted when the trial is to end before its time. */
  readonly signal: AbortSignal;
  /** A data set by its name, loaded once for all trials of a worker; the record says which it was. */
  data(name: DataName, options?: TrialDataOptions): Promise<RawDataset>;
  /** Records metrics at a step (an epoch, a batch, from 0 as a Learner counts them), for learning curves. A step's metric may be NaN. */
  report(step: number, metrics: Metrics): void;
  /** Keeps a chart (as SVG), a text, or bytes with the trial's record. Names are file names, and each is used once. */
  keep(name: string, what: Picture | string | Uint8Array): Promise<void>;
  /**
   * Fits, as `learn.fit(epochs, options)` does, and keeps checkpoints: a trial whose worker is killed is begun again, and when it comes to this
   * call it goes on from the last one, to the bit. What was reported and kept until then is there again; what the trial's function itself remembers is
   * not. The fit is stopped when `signal` is aborted.
   *
   * @throws {Error} while another fit of the trial is going on
   */
  fit(learn: LearnerCore, epochs: number, options?: TrialFitOptions): Promise<void>;
  /** Says something on standard error, with the trial's identity before it. */
  log(...values: unknown[]): void;
}

/** What all kinds of sweeps have in common; `P` is the type of a trial's parameters. */
export interface CommonPlan<P> {
  /** The sweep's name: letters, digits and hyphens. It is part of every trial's identity. */
  readonly name: string;
  /** The question, in a sentence for the report. */
  readonly about?: string;
  /** The seeds of each set of parameters, or how many, counting from 1. Default: 1. */
  readonly seeds?: number | readonly number[];
  /** Leaves out the combinations for which it is true. */
  readonly exclude?: (params: P) => boolean;
  /** Trains with these parameters, and returns its metrics: finite numbers by name. */
  readonly trial: (params: P, ctx: TrialContext) => Metrics | Promise<Metrics>;
  /** The metric that the report compares by: a trial that does not return it has failed. Default: the first that trials return. */
  readonly metric?: string;
  /** Whether much of it is good. Default: `min` if its name has "loss" or "error" in it, else `max`. */
  readonly goal?: "max" | "min";
  /** What the report compares every other set of parameters with: the first set that has these values. Default: the first set of a grid or list; random draws have none. */
  readonly baseline?: NoInfer<Partial<P>>;
  /** A difference of the metric that does not matter, in its units: only with it can the report say that two sets are equivalent. Default: none. */
  readonly margin?: number;
  /** How many examples an accuracy is measured on, for the noise that they alone bring. Default: not known. */
  readonly testSize?: number;
  /** Metrics that may be NaN or infinite, as the loss of a run that diverged is; they are recorded as absent. Default: none. */
  readonly diverging?: readonly string[];
  /** Seconds after which a trial counts as hung, up to 24 days. Default: 3600. */
  readonly timeout?: number;
  /** How often a trial is begun whose worker crashed, hung or got lost, before it counts as failed. Default: 3. */
  readonly attempts?: number;
  /** Seconds without any sign from a worker after which it is given up. Default: 120. */
  readonly stall?: number;
}

/** A sweep over all combinations. */
export interface GridPlan<G extends Grid, W extends keyof G & string> extends CommonPlan<GridParams<G, W>> {
  /** The values of each parameter, to be combined with all others. */
  readonly grid: G;
  /** Parameters that only matter under a condition: where it does not hold they are absent, and combinations that fall together are one. */
  readonly when?: { readonly [K in W]: (params: GridParams<G>) => boolean };
}

/** A sweep over random draws. */
export interface RandomPlan<S extends Space, W extends keyof S & string> extends CommonPlan<SpaceParams<S, W>> {
  /** What is drawn. */
  readonly random: {
    /** How many sets of parameters to draw. More trials later keep the earlier ones. */
    readonly trials: number;
    /** Another seed draws others. Default: 0. */
    readonly seed?: number;
    /** What each parameter is drawn from. */
    readonly space: S;
  };
  /** As for a grid. */
  readonly when?: { readonly [K in W]: (params: SpaceParams<S>) => boolean };
}

/** A sweep over sets of parameters written out. */
export interface ListPlan<P extends Params> extends CommonPlan<P> {
  /** The sets of parameters, one after the other. */
  readonly list: readonly P[];
}

/** Marks what {@linkcode defineSweep} returns, also across two copies of this library. */
const MARK = Symbol.for("sonde.sweep");

/** A plan that was found to make sense. */
// deno-lint-ignore no-explicit-any -- a runner gives every plan the parameters that the plan itself describes
export type Sweep<P = any> = CommonPlan<P> & {
  readonly grid?: Grid;
  readonly random?: { readonly trials: number; readonly seed?: number; readonly space: Space };
  readonly list?: readonly Params[];
  readonly when?: Readonly<Record<string, (params: P) => boolean>>;
};

/**
 * Describes a sweep: which trials there are, and what one does. A plan file exports it as its default; `deno task sweep FILE` runs it.
 *
 * `grid` combines all values, `random` draws, `list` writes the trials out; one of the three must be there.
 *
 * @returns the plan, checked
 * @throws {PlanError} naming the key that is wrong
 *
 * @example
 * ```ts
 * import { defineSweep } from "./mod.ts";
 * const plan = defineSweep({
 *   name: "rates",
 *   grid: { activation: ["relu", "leaky"], leak: [0.1, 0.2], lr: [0.05, 0.2] },
 *   when: { leak: (params) => params.activation === "leaky" },
 *   seeds: 3,
 *   trial: ({ activation, lr }) => ({ accuracy: activation === "relu" ? lr : 2 * lr }),
 * });
 * console.log(plan.name); // rates
 * ```
 */
export function defineSweep<const G extends Grid, const W extends keyof G & string = never>(
  plan: GridPlan<G, W>,
): Sweep<GridParams<G, W>>;
/** As above, for a plan whose parameters are drawn. */
export function defineSweep<const S extends Space, const W extends keyof S & string = never>(
  plan: RandomPlan<S, W>,
): Sweep<SpaceParams<S, W>>;
/** As above, for a plan that writes its sets of parameters out. */
export function defineSweep<const P extends Params>(plan: ListPlan<P>): Sweep<P>;
export function defineSweep(plan: object): Sweep {
  checkPlan(plan);
  return Object.freeze(Object.defineProperty({ ...plan }, MARK, { value: true })) as Sweep;
}

/** Whether something was made by {@linkcode defineSweep}. */
export function isSweep(value: unknown): value is Sweep {
  return typeof value === "object" && value !== null && MARK in value;
}
