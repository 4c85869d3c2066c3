/** Records what a diagnosis goes by. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { anything, list, natural, number, object, optional } from "../../device/form.ts";
import { whole } from "../../tensor/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Callback, type CallbackState } from "../callback.ts";
import { valuesOf } from "../callback_state.ts";
import type { LearnerCore } from "../core.ts";
import { DeviceRecord } from "../device_record.ts";
import { BatchRecord } from "../diagnosis_batches.ts";
import { ModeRecord, SAVED_MODES, type SavedModes } from "../diagnosis_modes.ts";
import { ModuleRecord } from "../diagnosis_modules.ts";
import { ParameterRecord, SAVED_PARAMETERS, type SavedParameters } from "../diagnosis_parameters.ts";
import type { DiagnosisRecords } from "../diagnosis_records.ts";
import type { ActivationFigures, ActivationSource } from "../diagnosis.ts";
import { targetsOf } from "../inputs.ts";
import { HooksCallback } from "./hooks.ts";
import { ActivationStats } from "./activation_stats.ts";

/** Options of {@linkcode DiagnoseCB}. */
export interface DiagnoseOptions {
  /** Record one training batch out of this many, and one step; losses, rates and modes of all. Default: 1, all of them. */
  every?: number;
}

const OPTIONS = optionNames<DiagnoseOptions>({ every: 1 });

/** What stands in a checkpoint beside rows. */
type Saved = {
  readonly every: number;
  readonly count: number;
  /** Steps of the epoch so far; earlier versions did not count them. */
  readonly steps?: number;
  readonly batches: readonly number[];
  readonly losses: readonly number[];
  readonly lrs: readonly number[];
  readonly modes: SavedModes;
  readonly parameters: SavedParameters;
  readonly activations: CallbackState["values"];
};

const SAVED = object({
  every: natural,
  count: natural,
  steps: optional(natural),
  batches: list(natural),
  losses: list(number),
  lrs: list(number),
  modes: SAVED_MODES,
  parameters: SAVED_PARAMETERS,
  activations: anything, // looked at by ActivationStats
});

type Tensors = Readonly<Record<string, Tensor>>;

/** Reads records with one wait for all. */
const readAll = (losses?: DeviceRecord, modules?: ModuleRecord, inputs?: BatchRecord, parameters?: ParameterRecord) =>
  Promise.all([losses?.read(), modules?.read(), inputs?.read(), parameters?.read(), parameters?.readLeft()]);

/** Tensors of several records under the records' names, and those of one without. */
const named = (of: string, tensors: Tensors = {}) =>
  Object.entries(tensors).map(([name, t]) => [`${of}.${name}`, t] as const);
const only = (of: string, tensors: Tensors = {}): Tensors =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, t]) => name.startsWith(`${of}.`) ? [[name.slice(of.length + 1), t]] : []),
  );

/**
 * Records all that `learn.diagnose()` goes by: losses and rates, the outputs of all modules (as {@linkcode ActivationStats} does), the norms of
 * gradients and updates of each parameter, the scale of the inputs, the classes and the accuracy of each batch, and how norms were run.
 *
 * Figures are computed on the device into records there, which are read once when the fit ends: no step waits, and the training stays the
 * same to the bit. They cost some six passes over each module's output and four over each parameter; `every` leaves batches out.
 *
 * @example
 * ```ts
 * import { data, DiagnoseCB, F, Learner, nn, randint, randn, setSeed } from "./mod.ts";
 * setSeed(1);
 * const set = new data.TensorDataset(randn([256, 4]), randint(0, 2, [256]));
 * const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
 * model.at(0).requiresGrad_(false);
 * const learn = Learner.of(model, data.DataLoaders.of(set, set, { batchSize: 32 })).loss(F.crossEntropy);
 * await learn.fit(1, { cbs: [new DiagnoseCB()] });
 * const [finding] = learn.diagnose();
 * console.log(finding!.problem, "-", finding!.module); // not trained - 0 Linear
 * ```
 */
export class DiagnoseCB extends Callback implements ActivationSource {
  /** Where hooks are. Batches and gradients are recorded once the model and the step have had them, whoever changed them. */
  static override order: number = HooksCallback.order;
  /** Loss of each training batch of the last fit. */
  losses: number[] = [];
  /** Rate of each training step. */
  lrs: number[] = [];
  /** What was recorded of the last fit besides outputs and losses; undefined before one. */
  records: DiagnosisRecords | undefined;
  readonly #every: number;
  readonly #stats: ActivationStats;
  #losses: DeviceRecord | undefined;
  #modules: ModuleRecord | undefined;
  #parameters: ParameterRecord | undefined;
  #inputs: BatchRecord | undefined;
  #modes: ModeRecord | undefined;
  #batches: number[] = [];
  /** Training batches so far. */
  #count = 0;
  #due = false;
  /** Steps of the epoch so far, and whether the coming one is recorded. */
  #steps = 0;
  #stepDue = false;
  #collected: ReturnType<typeof readAll> | undefined;
  #signals: ReadonlyMap<string, { signal: number[]; saturated?: number[] }> = new Map();

  /**
   * Records nothing before a fit begins.
   *
   * @param options see {@linkcode DiagnoseOptions}
   * @throws {RangeError} for an `every` that is no whole number of at least 1
   */
  constructor(options: DiagnoseOptions = {}) {
    super();
    checkOptions("DiagnoseCB", options, OPTIONS);
    const { every = 1 } = options;
    whole("record", "every", every, 1);
    this.#every = every;
    this.#stats = new ActivationStats(undefined, { every });
  }

  /** Starts new records on the model's device, and hooks the modules. */
  override beforeFit(learn: LearnerCore): void {
    const { device } = learn.model;
    this.losses = [];
    this.lrs = [];
    this.records = undefined;
    this.#batches = [];
    this.#collected = undefined;
    this.#count = 0;
    this.#losses = new DeviceRecord(device);
    this.#inputs = new BatchRecord(device);
    this.#parameters = new ParameterRecord(learn.model, learn.opt);
    this.#modes = new ModeRecord(learn.model);
    this.#modules = new ModuleRecord(learn.model, () => learn.training && this.#due);
    this.#stats.beforeFit(learn);
  }

  /** The records so far; waits for the device. */
  override async saveState(learn: LearnerCore): Promise<CallbackState> {
    const [losses, parameters, activations] = await Promise.all([
      this.#losses!.read(),
      this.#parameters!.saved(),
      this.#stats.saveState(learn),
    ]);
    const values: Saved = {
      every: this.#every,
      count: this.#count,
      steps: this.#steps,
      batches: [...this.#batches],
      losses,
      lrs: [...this.lrs],
      modes: this.#modes!.saved(),
      parameters: parameters.values,
      activations: activations.values,
    };
    const tensors = Object.fromEntries([
      ...named("parameters", parameters.rows),
      ...named("batches", this.#inputs!.saved()),
      ...named("modules", this.#modules!.saved()),
      ...named("activations", activations.tensors),
    ]);
    return { values, tensors };
  }

  /** Goes on with them; throws a RangeError for records of another model, of other batches, or that do not belong together. */
  override loadState(state: CallbackState, learn: LearnerCore): void {
    const saved = valuesOf<Saved>(this, state, SAVED), { count, batches, losses, lrs } = saved;
    if (saved.every !== this.#every) {
      throw new RangeError(
        `Cannot go on with what ${this.name} remembered: it recorded one batch out of ${saved.every}, and now of ${this.#every}`,
      );
    }
    const odd = batches.some((batch, i) => batch > count || batch < (batches[i - 1] ?? 0));
    if (losses.length !== count || lrs.length !== count || odd) {
      throw new RangeError(
        `Cannot go on with what ${this.name} remembered: of ${count} batches it has ${losses.length} losses and ${lrs.length} rates` +
          (odd ? `, and recorded others (${batches.join(", ").slice(0, 80)})` : ""),
      );
    }
    const { tensors = {} } = state;
    // Earlier versions recorded a step for each batch.
    this.#parameters!.fill({ at: batches, ...saved.parameters }, only("parameters", tensors));
    this.#inputs!.fill(only("batches", tensors));
    this.#modules!.fill(only("modules", tensors));
    this.#modes!.fill(saved.modes);
    this.#stats.loadState({ values: saved.activations, tensors: only("activations", tensors) }, learn);
    this.#losses!.fill(losses);
    this.lrs = [...lrs];
    this.#batches = [...batches];
    this.#count = count;
    this.#steps = learn.iter === 0 ? 0 : saved.steps ?? learn.iter; // as ActivationStats does
  }

  /** Counts steps anew. */
  override beforeEpoch(_learn: LearnerCore): void {
    this.#steps = 0;
  }

  /** Decides whether this batch is recorded. */
  override beforeBatch(learn: LearnerCore): void {
    this.#due = learn.training && learn.iter % this.#every === 0;
    this.#stepDue = false;
    this.#stats.beforeBatch(learn);
  }

  /** Training only: records inputs, targets and outputs, and how norms are run. */
  override afterPredict(learn: LearnerCore): void {
    if (!learn.training) return;
    this.#modes!.push(learn.batch, this.#count);
    if (!this.#due) return;
    this.#batches.push(this.#count);
    this.#inputs!.push(learn.batch[0], targetsOf(learn)[0], learn.preds);
  }

  /** Training only: records loss and rate, and what gradients are still there. */
  override afterLoss(learn: LearnerCore): void {
    if (!learn.training) return;
    this.lrs.push(learn.hyper("lr"));
    this.#losses!.push(learn.batchLoss);
    this.#parameters!.beforeBackward(this.#count++);
  }

  /** Training only: decides whether the step is recorded, as batches are without one for several. */
  override afterBackward(_learn: LearnerCore): void {
    this.#stepDue = this.#steps++ % this.#every === 0;
    if (this.#stepDue) this.#parameters!.beforeStep();
  }

  /** Training only: records the gradients as the step has used them, and what it changed. */
  override afterStep(_learn: LearnerCore): void {
    this.#parameters!.afterStep(this.#count - 1, this.#stepDue);
  }

  /** Training only: a batch that was cancelled before its step has no record of one. */
  override cleanupBatch(_learn: LearnerCore): void {
    if (this.#stepDue) this.#parameters!.endBatch();
  }

  /** Reads the records. */
  override async collect(learn: LearnerCore): Promise<void> {
    this.#collected ??= readAll(this.#losses, this.#modules, this.#inputs, this.#parameters);
    await Promise.all([this.#stats.collect(learn), this.#collected]);
  }

  /** Takes the hooks away, and the records, however the fit ended. */
  override async cleanupFit(learn: LearnerCore): Promise<void> {
    this.#modules?.remove();
    const collecting = this.collect(learn);
    collecting.catch(() => {}); // awaited below
    await this.#stats.cleanupFit(learn);
    await collecting;
    if (!this.#losses || !this.#parameters || !this.#inputs || !this.#modes || !this.#modules) return;
    const [losses, signals, found, parameters, left] = await this.#collected!;
    if (!losses || !signals || !found || !parameters || !left) return;
    this.losses = losses.slice(0, learn.validSteps);
    this.lrs.splice(learn.validSteps);
    this.#signals = signals;
    const { inputs, classes } = found;
    this.records = {
      batches: this.#batches,
      parameters,
      ...inputs ? { inputs } : {},
      ...classes ? { classes } : {},
      modes: this.#modes.read(),
      left,
    };
    for (const record of [this.#parameters, this.#inputs, this.#modules]) record.dispose();
    this.#losses =
      this.#parameters =
      this.#inputs =
      this.#modes =
      this.#modules =
      this.#collected =
        undefined;
  }

  /** What `learn.diagnose()` goes by: the figures of {@linkcode ActivationStats}, and what tells samples apart. */
  activationFigures(): readonly ActivationFigures[] {
    return this.#stats.activationFigures().map((figures) => ({ ...figures, ...this.#signals.get(figures.name) ?? {} }));
  }

  /** The figures of outputs so far, during a fit. */
  activationFiguresSoFar(): Promise<readonly ActivationFigures[]> {
    return this.#stats.activationFiguresSoFar();
  }
}
