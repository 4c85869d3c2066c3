/** Statistics of activations, gradients, updates or weights, batch by batch. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { list, natural, object, optional, text } from "../../device/form.ts";
import type { Module } from "../../nn/module.ts";
import { moduleNames, parameterNames } from "../../nn/names.ts";
import type { Chart } from "../../plot/chart.ts";
import { planStatistics } from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Callback, type CallbackState } from "../callback.ts";
import { valuesOf } from "../callback_state.ts";
import { binChart, colorDim, deadChart, plotStats, sparseChart, type Watched } from "../activation_charts.ts";
import { figuresOf, type LayerStatistics } from "../activation_figures.ts";
import type { ActivationFigures, ActivationSource } from "../diagnosis.ts";
import { findModules, type ModulePredicate } from "../hooks.ts";
import type { LearnerCore } from "../core.ts";
import { LayerRecord, restOf, SAVED_LAYER, type SavedLayer } from "../layer_record.ts";
import { UpdateRatios } from "../update_ratios.ts";
import { costText, type WatchingCost } from "../watching_cost.ts";
import { type ActivationSettings, activationSettings, type ActivationStatsOptions } from "./activation_options.ts";
import { HooksCallback } from "./hooks.ts";

/** What stands in a checkpoint beside the layers' rows. */
type SavedStats = {
  readonly bins: number;
  readonly layers: readonly SavedLayer[];
  readonly seen: { training: number; validation: number };
  readonly watched: { count: number; latest: string };
  readonly kernels: number;
  /** Steps of the epoch so far; earlier versions did not count them. */
  readonly steps?: number;
};

const SAVED_STATS = object({
  bins: natural,
  layers: list(SAVED_LAYER),
  seen: object({ training: natural, validation: natural }),
  watched: object({ count: natural, latest: text }),
  kernels: natural,
  steps: optional(natural),
});
const PLOT_STATS = optionNames<{ first?: number }>({ first: 1 });
const BINS = optionNames<{ bins?: readonly [number, number] }>({ bins: 1 });

/**
 * Watches each module's output at every batch: mean, standard deviation and histogram, exact zeros, values that are not finite, and which units
 * are off.
 *
 * All of it is computed on the device, into a record there (184 bytes for each module and batch with 40 bins; 4 more, and 4 for each unit, where
 * the output is [n, units, …]) that is read once when the fit ends: no step waits, and the training stays the same to the bit. After the fit
 * {@linkcode ActivationStats.colorDim}, {@linkcode ActivationStats.plotStats}, {@linkcode ActivationStats.sparseChart} and {@linkcode ActivationStats.deadChart}
 * draw what was seen. A new fit starts a new record. A module that runs twice in a batch has two entries for it.
 *
 * `of: "gradients"` watches the parameters' gradients as the optimiser gets them; `of: "updates"` watches what a step changes in each
 * parameter, divided by the standard deviation of the parameter before it: its `std` is the ratio of update to weight. `of: "weights"` watches the
 * parameters as the step left them. None of these needs a hook. All three are of batches that end with a step: of those that
 * {@linkcode GradientAccumulationCB} gathers, the last.
 *
 * @example
 * ```ts
 * import { data, F, learner, nn, randint, randn } from "./mod.ts";
 * const set = new data.TensorDataset(randn([64, 4]), randint(0, 2, [64]));
 * const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
 * const astats = new learner.ActivationStats(learner.isInstance(nn.ReLU));
 * const dls = data.DataLoaders.of(set, set, { batchSize: 16 });
 * await learner.Learner.of(model, dls).loss(F.crossEntropy).callbacks([astats]).fit(2);
 * console.log(astats.layers[0]!.name, astats.layers[0]!.mean.length); // 1 ReLU 8
 * console.log(astats.cost!.bytesPerBatch, astats.cost!.kernelsPerBatch); // 188 4
 * console.log(`${astats.deadChart()}`); // Chart("Units that are off, and dead units")
 * ```
 */
export class ActivationStats extends Callback implements ActivationSource {
  /** Once the model is on its device. */
  static override order: number = HooksCallback.order;
  /** What is watched. */
  readonly of: Watched;
  readonly #modules: Iterable<Module> | ModulePredicate | undefined;
  readonly #settings: ActivationSettings;
  readonly #hooks: HooksCallback;
  #targets = new Map<Module | Tensor, LayerRecord>();
  readonly #updates = new UpdateRatios();
  /** Whether this batch is one of those that are watched. */
  #due = true;
  /** Steps of the epoch so far, and whether the coming one is watched. */
  #steps = 0;
  #stepDue = false;
  /** The number of batches of each phase so far, this one included, and of which phase this one is. */
  #seen = { training: 0, validation: 0 };
  #phase: "training" | "validation" = "training";
  /** How many batches were watched, and the latest of them. */
  #watched = { count: 0, latest: "" };
  /** Kernels that had watched on the device when the fit began. */
  #kernelsBefore = 0;
  #cost: WatchingCost | undefined;
  #layers: LayerStatistics[] | undefined;
  #failure: unknown;
  #collected: Promise<void> | undefined;

  /**
   * Watches nothing before a fit begins.
   *
   * @param modules which; a predicate, or the modules themselves. Default: all that have no modules inside
   * @param options see {@linkcode ActivationStatsOptions}
   * @throws {RangeError} for an unknown `of`, an empty `range`, or a `bins`, `chunk` or `every` that is no whole number of at least 1
   */
  constructor(modules?: Iterable<Module> | ModulePredicate, options: ActivationStatsOptions = {}) {
    super();
    this.#settings = activationSettings(modules, options);
    const { of, onTrain, onValid } = this.#settings;
    this.of = of;
    this.#modules = typeof modules === "function" || modules === undefined ? modules : [...modules];
    const watch = {
      ActivationStats: (_hook: unknown, module: Module, _inputs: unknown, output: Tensor) => {
        if (this.#due) this.#push(module, output);
      },
    };
    this.#hooks = new HooksCallback(watch.ActivationStats, {
      ...this.#modules ? { modules: this.#modules } : {},
      onTrain,
      onValid,
    });
  }

  /** Starts a new record, and hooks the modules or finds their parameters; throws a RangeError if there are none. */
  override beforeFit(learn: LearnerCore): void {
    this.#targets = new Map();
    this.#updates.clear();
    this.#layers =
      this.#cost =
      this.#failure =
      this.#collected =
        undefined;
    this.#seen = { training: 0, validation: 0 };
    this.#watched = { count: 0, latest: "" };
    this.#kernelsBefore = planStatistics(learn.model.device).watching;
    const { bins, range, absolute, units, chunk } = this.#settings;
    const options = { bins, range, absolute, units, chunk };
    const target = (name: string, kind: string, rest = 0) =>
      new LayerRecord(learn.model.device, { name, kind, rest, ...options });
    if (this.of === "activations") {
      this.#hooks.beforeFit(learn);
      const names = moduleNames(learn.model);
      const nameOf = (module: Module) => names.get(module) ?? module.typeName;
      for (const { module } of this.#hooks) {
        this.#targets.set(module, target(nameOf(module), module.typeName, restOf(module)));
      }
      return;
    }
    const chosen = typeof this.#modules === "function"
      ? findModules(learn.model, this.#modules)
      : this.#modules ?? [learn.model];
    const parameters = new Set<Tensor>([...chosen].flatMap((module) => [...module.parameters()]));
    for (const [p, name] of parameterNames(learn.model)) {
      if (parameters.has(p) && p.requiresGrad) this.#targets.set(p, target(name, `[${p.shape.join(", ")}]`));
    }
    if (this.#targets.size === 0) {
      throw new RangeError(`Cannot watch ${this.of}: the chosen modules have no parameters that are trained`);
    }
  }

  /** The record so far; waits for the device. */
  override async saveState(learn: LearnerCore): Promise<CallbackState> {
    const kernels = planStatistics(learn.model.device).watching - this.#kernelsBefore;
    const saved = await Promise.all([...this.#targets.values()].map((record) => record.saved()));
    const values: SavedStats = {
      bins: this.#settings.bins,
      layers: saved.map(({ values }) => values),
      seen: { ...this.#seen },
      watched: { ...this.#watched },
      kernels,
      steps: this.#steps,
    };
    const rows = saved.flatMap(({ rows }, i) => rows ? [[String(i), rows] as const] : []);
    return { values, tensors: Object.fromEntries(rows) };
  }

  /** Goes on with it; throws a RangeError for a record of other layers or with other bins. */
  override loadState(state: CallbackState, learn: LearnerCore): void {
    const saved = valuesOf<SavedStats>(this, state, SAVED_STATS), targets = [...this.#targets.values()];
    if (saved.bins !== this.#settings.bins || saved.layers.length !== targets.length) {
      throw new RangeError(
        `Cannot go on with the record of ${this.of}: it has ${saved.layers.length} layers and ${saved.bins} bins, ` +
          `not ${targets.length} and ${this.#settings.bins}`,
      );
    }
    targets.forEach((record, i) => record.fill({ rows: state.tensors?.[i], values: saved.layers[i]! }));
    this.#seen = saved.seen;
    this.#watched = saved.watched;
    // What was saved at the end of an epoch goes on with the next one, which counts anew.
    this.#steps = learn.iter === 0 ? 0 : saved.steps ?? learn.iter;
    this.#kernelsBefore = planStatistics(learn.model.device).watching - saved.kernels;
  }

  /** Counts steps anew. */
  override beforeEpoch(_learn: LearnerCore): void {
    this.#steps = 0;
  }

  /** Decides whether this batch is watched: of each phase the first is, and every `every`-th after it. */
  override beforeBatch(learn: LearnerCore): void {
    this.#due = learn.iter % this.#settings.every === 0;
    this.#stepDue = false;
    this.#phase = learn.training ? "training" : "validation";
    this.#seen[this.#phase]++;
  }

  #push(of: Module | Tensor, x: Tensor): void {
    const target = this.#targets.get(of);
    if (!target) return;
    const number = this.#seen[this.#phase] - 1;
    target.push(x, { batch: number, training: this.#phase === "training" });
    const batch = `${this.#phase} ${number}`;
    if (batch !== this.#watched.latest) this.#watched = { count: this.#watched.count + 1, latest: batch };
  }

  /** Training only: decides whether the step is watched, as batches are without one for several; for `updates`, notes the parameters. */
  override afterBackward(_learn: LearnerCore): void {
    if (this.of === "activations" || !this.#settings.onTrain) return;
    this.#stepDue = this.#steps++ % this.#settings.every === 0;
    if (!this.#stepDue || this.of !== "updates") return;
    for (const p of this.#targets.keys() as Iterable<Tensor>) this.#updates.note(p);
  }

  /**
   * Records what the step has used, when nobody changes it any more: of `gradients`, these; of `weights`, what the parameters are now; of `updates`, what
   * it changed, divided by the parameter's standard deviation before it.
   */
  override afterStep(_learn: LearnerCore): void {
    if (!this.#stepDue) return;
    if (this.of === "updates") return this.#updates.take((p, ratios) => this.#push(p, ratios));
    for (const p of this.#targets.keys() as Iterable<Tensor>) {
      const watched = this.of === "weights" ? p : p.borrowGrad();
      if (watched) this.#push(p, watched);
    }
  }

  /** Reads the record. */
  override async collect(_learn: LearnerCore): Promise<void> {
    await (this.#collected ??= this.stats().then(
      (layers) => void (this.#layers = layers),
      (error) => void (this.#failure = error), // reported when the statistics are asked for: the fit has failed for a reason of its own
    ));
  }

  /** Takes the hooks away, and the record, however the fit ended. */
  override async cleanupFit(learn: LearnerCore): Promise<void> {
    this.#hooks.cleanupFit(learn);
    this.#updates.clear();
    await this.collect(learn);
    this.#cost = this.#counted(learn);
    for (const record of this.#targets.values()) record.dispose();
    this.#targets.clear();
  }

  #counted(learn: LearnerCore): WatchingCost {
    const batches = this.#watched.count;
    const sum = (of: (record: LayerRecord) => number) =>
      [...this.#targets.values()].reduce((n, record) => n + of(record), 0);
    return {
      batches,
      bytesPerBatch: sum(({ written }) => written) / Math.max(1, batches),
      bytes: sum(({ bytes }) => bytes),
      kernelsPerBatch: (planStatistics(learn.model.device).watching - this.#kernelsBefore) / Math.max(1, batches),
    };
  }

  /** The statistics so far, or of the last fit. During a fit this waits for the device; after it, it does not. */
  async stats(): Promise<LayerStatistics[]> {
    if (this.#layers || this.#targets.size === 0) return this.layers;
    return await Promise.all([...this.#targets.values()].map((record) => record.read()));
  }

  /** The statistics of the last fit, a layer each in the order in which the model has them. @throws {Error} before its end */
  get layers(): LayerStatistics[] {
    if (this.#layers) return this.#layers;
    throw new Error(
      `Cannot show the statistics of ${this.of}: ${
        this.#failure
          ? "they could not be read"
          : "they are read when a fit ends. Await learn.fit() with this callback first"
      }`,
      { cause: this.#failure },
    );
  }

  /** What watching cost in the last fit: bytes on the device, and kernels, counted as they ran. Undefined before the end of one. */
  get cost(): WatchingCost | undefined {
    return this.#cost;
  }

  /** How it counts. @internal */
  get counting(): Required<Pick<ActivationStatsOptions, "bins" | "range" | "absolute">> {
    return this.#settings;
  }

  /** What was watched, and what that cost. */
  override toString(): string {
    const watched = this.#layers ? `${this.#layers.length} ${this.#layers.length === 1 ? "layer" : "layers"}` : "";
    return `ActivationStats of ${this.of}${
      this.#cost ? ` (${watched}): ${costText(this.#cost)}` : ": no fit has ended yet"
    }`;
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /** For each layer, its histograms as a heat map: a column a batch, a row a bin, the colour the logarithm of 1 + count. */
  colorDim(): Chart {
    return colorDim(this.layers, this.#settings);
  }

  /**
   * Means and standard deviations of all layers; of updates, the ratio of update to weight on a logarithmic axis (weights only: where all of a
   * bias starts at 0 it has none).
   *
   * @param options.first only so many of the batches that were watched. Default: all
   */
  plotStats(options: { first?: number } = {}): Chart {
    checkOptions("plotStats", options, PLOT_STATS);
    const { first = Infinity } = options;
    return plotStats(this.layers, { of: this.of, first, every: this.#settings.every });
  }

  /**
   * How sparse each layer is: the fraction of values that are exactly 0, and with them of those in the bin next to 0, on an axis from 0 to 1.
   *
   * Sparse is not dead: half of a ReLU's outputs are 0 in a network that learns well, each for other samples. {@linkcode ActivationStats.deadChart}
   * shows units that are 0 for all of them.
   */
  sparseChart(): Chart {
    return sparseChart(this.layers, this.#settings);
  }

  /**
   * For each layer whose outputs are [n, units, …], the fraction of units, channels or features, that are off in a batch: exactly 0 for all its
   * samples at all places; and of those that are off from there to the end. No gradient reaches a unit's weights while it is off. Of a
   * {@linkcode GeneralReLU} without leak, off is −sub. Watch the rectifier itself: behind a norm a dead unit is constant, but not 0.
   *
   * @param options.bins draws {@linkcode ActivationStats.binChart} instead, as this chart did before it counted units
   * @throws {Error} if no watched module has units: gradients and updates have none
   */
  deadChart(options: { bins?: readonly [number, number] } = {}): Chart {
    checkOptions("deadChart", options, BINS);
    if (options.bins) return this.binChart(options);
    if (!this.layers.some(({ units }) => units !== undefined)) {
      throw new Error(
        `Cannot draw the dead units of ${this.of}: units are channels of outputs [n, c, …], or features of [n, f], and none was watched. ` +
          "sparseChart() shows how many values are 0",
      );
    }
    return deadChart(this.layers, { every: this.#settings.every });
  }

  /**
   * For each layer, the fraction of values in some bins, on an axis from 0 to 1.
   *
   * @param options.bins the first and the last bin of those. Default: [0, 0], the lowest. Values outside the range, and those that are not finite,
   *   count among all, but in no bin
   * @throws {RangeError} if there are no such bins
   */
  binChart(options: { bins?: readonly [number, number] } = {}): Chart {
    checkOptions("binChart", options, BINS);
    const { bins = [0, 0] } = options;
    return binChart(this.layers, { ...this.#settings, shown: bins });
  }

  /** What `learn.diagnose()` goes by. */
  activationFigures(): readonly ActivationFigures[] {
    if (this.of !== "activations" || !this.#layers) return [];
    return this.#layers.map((layer) => figuresOf(layer, this.#settings));
  }

  /** The same during a fit, of the batches so far. */
  async activationFiguresSoFar(): Promise<readonly ActivationFigures[]> {
    if (this.of !== "activations") return [];
    return (await this.stats()).map((layer) => figuresOf(layer, this.#settings));
  }
}
