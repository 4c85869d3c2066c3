/** A fit on a page, while it runs. */
import { savedPage } from "../../live/page.ts";
import { newIdentity } from "../../live/identity.ts";
import { SavedFiles } from "../../live/saved_files.ts";
import { originFacts } from "../../live/origin.ts";
import { type LiveEvent, toFigure } from "../../live/events.ts";
import type { LiveCommand, Outlet } from "../../live/outlet.ts";
import { LiveStore } from "../../live/store.ts";
import { defaultGenerator } from "../../tensor/mod.ts";
import { Background } from "../background.ts";
import { list, natural, object } from "../../device/form.ts";
import { Callback, type CallbackState } from "../callback.ts";
import { valuesOf } from "../callback_state.ts";
import { CancelFitException } from "../exceptions.ts";
import type { LearnerCore } from "../core.ts";
import { diagnose, recordsOf } from "../diagnose.ts";
import { parametersOf } from "../diagnosis_parameters.ts";
import { setupOf } from "../diagnosis_setup.ts";
import { DeviceRecord } from "../device_record.ts";
import { linesOf, LiveLayers } from "../live_layers.ts";
import { DiagnoseCB } from "./diagnose.ts";
import { checkCommand, checkLiveOptions, type LiveOptions, openOutlet } from "./live_options.ts";
import { MetricsCB } from "./metrics.ts";

/** Milliseconds between turns of the server, in which it tells pages what is new and hears what they ask for. */
const TURN = 1000;
/**
 * The same while nobody looks: a turn takes 2 to 3 ms, the steps of a small network. A page that is opened is heard sooner, as loaders let the
 * event loop turn every few batches; not so one's own lists of batches.
 */
const REST = 5000;
/** Milliseconds between looks at the losses, but for a fit's first seconds: whoever reads them takes time from the fit. */
const TELL = 2000;

const MEMORY = object({ steps: natural, ends: list(natural) });

/** Where the default generator stands: a seed, and how far it went since. */
function randomNumbers(): string {
  const { seed: [low, high], counter, torch } = defaultGenerator.state;
  return `seed ${high * 2 ** 32 + low}, ${torch ? "like PyTorch's" : `counter ${counter}`}, as the fit began`;
}

/**
 * Shows a fit on a page of this machine while it runs: the loss and the rate of every batch, the figures of {@linkcode MetricsCB}, speed and time
 * left, of each {@linkcode ActivationStats} among the fit's callbacks every layer's mean, deviation, zeros, units that are off and histograms, and what
 * `diagnose()` finds in them; at its end what it finds in all, if there is a {@linkcode DiagnoseCB}. The page is served on 127.0.0.1 alone, from the first fit until `close()` or the process's end, and shows all fits of this callback.
 * With `to` a function gets what the page would show, which works in browsers too.
 *
 * Losses are recorded on the device and read in the background, every two seconds; nothing waits for them. Once a second the fit gives way to the
 * server for a moment; while nobody looks, both are done every five seconds.
 *
 * @example
 * ```ts
 * import { data, learner, nn, rand } from "./mod.ts";
 * const set = new data.TensorDataset(rand([8, 4]), rand([8, 1]));
 * const live = new learner.LiveCB({ log: () => {} }); // as it is, prints: live on http://127.0.0.1:…/
 * console.log(live.address); // undefined
 * console.log((await live.page()).startsWith("<!doctype html>")); // true
 * await live.close();
 *
 * const lines: string[] = []; // a function instead of a page: here for a file of JSON lines
 * const told = new learner.LiveCB({ to: (events) => void lines.push(...events.map((event) => JSON.stringify(event))) });
 * const learn = learner.Learner.of(new nn.Linear(4, 1), { train: new data.DataLoader(set, { batchSize: 4 }) });
 * await learn.loss(nn.functional.mseLoss).callbacks([told]).fit(1);
 * console.log(lines.length > 0, JSON.parse(lines.at(-1)!).how); // true done
 * ```
 */
export class LiveCB extends Callback {
  /** After MetricsCB, whose rows it shows. */
  static override order: number = MetricsCB.order + 2;

  readonly #store = new LiveStore();
  readonly #options: LiveOptions;
  readonly #files: SavedFiles | undefined;
  #outlet: Outlet | undefined;
  #run = "";
  #losses: DeviceRecord | undefined;
  #rates: number[] = [];
  /** Losses and rates that were read. */
  #curves: { losses: number[]; lrs: number[] } = { losses: [], lrs: [] };
  #layers: LiveLayers | undefined;
  /** Training steps whose loss was read, and recorded. */
  #told = 0;
  #steps = 0;
  /** How many of them came before: of a fit that goes on from a checkpoint, whose losses nobody kept for the page. */
  #before = 0;
  #rows = 0;
  /** How many steps there were at the end of each epoch. */
  #ends: number[] = [];
  /** When the server's last turn was, and when more is told. */
  #lastTurn = 0;
  #nextTell = 0;
  #startedAt = 0;
  #reading: Promise<void> | undefined;
  readonly #background = new Background();
  #wanted: LiveCommand[] = [];
  #done = false;
  #fits = 0;

  /**
   * Serves nothing before the first fit.
   *
   * @throws {RangeError} for a port that is none, or one beside `to`
   * @throws {TypeError} for a `save` that is no path of an HTML file
   */
  constructor(options: LiveOptions = {}) {
    super();
    checkLiveOptions(options);
    if (options.save !== undefined) this.#files = new SavedFiles(options.save);
    this.#options = options;
  }

  /** Where the page is; undefined before the first fit and after `close()`. With control it has the token that the buttons need. */
  get address(): string | undefined {
    return this.#outlet?.address;
  }

  /**
   * Asks the fit that is going on to stop before its next batch, `{ action: "stop" }`, or to go on at another learning rate,
   * `{ action: "lr", value: 0.1 }`: what the page's buttons do. A command that is posted to a thread in which a fit runs is heard there within a second.
   *
   * @throws {RangeError} for anything else
   */
  ask(command: LiveCommand): void {
    this.#wanted.push(checkCommand(command));
  }

  /** The page with all that was shown so far, as a file that opens from disk. */
  page(): Promise<string> {
    return savedPage(this.#store.since(0));
  }

  /** Stops serving. */
  async close(): Promise<void> {
    const outlet = this.#outlet;
    this.#outlet = undefined;
    await outlet?.close();
  }

  #say(event: LiveEvent): void {
    this.#store.add(event);
    this.#outlet?.add(event);
  }

  /** Begins a run, and to serve. */
  override async beforeFit(learn: LearnerCore): Promise<void> {
    const { facts = {} } = this.#options;
    this.#outlet ??= openOutlet(this.#options, this.#store, (command) => this.ask(command));
    const { opt, model, epochs } = learn;
    const { title = `${model.constructor.name} ${++this.#fits}`, ...named } = typeof facts === "function"
      ? facts()
      : facts;
    await model.device.ready; // so that it can tell what it is
    this.#run = newIdentity();
    this.#losses = new DeviceRecord(model.device);
    this.#rates = [];
    this.#curves = { losses: [], lrs: [] };
    this.#layers = new LiveLayers(this.#run, learn.fitCallbacks ?? []);
    this.#wanted = [];
    this.#ends = [];
    this.#steps = this.#before = 0;
    this.#told = this.#rows = 0;
    this.#done = false;
    this.#startedAt = this.#nextTell = performance.now();
    // Whoever looks sees the beginning at once.
    this.#lastTurn = this.#outlet.isWatched ? -Infinity : this.#startedAt;
    this.#say({
      kind: "run",
      run: this.#run,
      title,
      started: new Date().toISOString(),
      epochs,
      facts: {
        ...named,
        device: model.device.description,
        optimiser: opt.constructor.name,
        "random numbers": randomNumbers(),
        ...await originFacts(),
      },
    });
  }

  /** How many steps there were, and at the end of each epoch. */
  override saveState(): CallbackState {
    return { values: { steps: this.#steps, ends: Array.from(this.#ends, (end) => end ?? 0) } };
  }

  /** Goes on counting from there: losses and rates of before are gaps. */
  override loadState(state: CallbackState): void {
    const { steps, ends } = valuesOf<{ steps: number; ends: number[] }>(this, state, MEMORY);
    this.#told = this.#steps = this.#before = steps;
    this.#ends = ends;
    const values = Array<"NaN">(steps).fill("NaN");
    for (const series of ["loss", "lr"]) this.#say({ kind: "points", run: this.#run, series, from: 0, values });
  }

  /** Records loss and rate. */
  override afterLoss(learn: LearnerCore): void {
    if (!learn.training) return;
    this.#losses?.push(learn.batchLoss);
    this.#rates.push(learn.hyper("lr"));
    this.#steps++;
  }

  /** Now and then tells what is new, and lets the server work. */
  override beforeBatch(learn: LearnerCore): Promise<void> | undefined {
    this.#background.check();
    this.#obey(learn);
    const rested = performance.now() - this.#lastTurn;
    return rested < TURN || (rested < REST && !this.#outlet?.isWatched) ? undefined : this.#turn(learn);
  }

  async #turn(learn: LearnerCore): Promise<void> {
    const began = performance.now();
    // The last step has started and this one is not recorded yet: reading now does not split a step.
    if (began >= this.#nextTell) {
      this.#tell(learn);
      this.#nextTell = began + Math.min(TELL, Math.max(TURN, began - this.#startedAt)); // soon at first
    }
    await this.#outlet?.turn();
    this.#lastTurn = performance.now();
    this.#obey(learn);
  }

  /** Does what the page asked for. */
  #obey(learn: LearnerCore): void {
    if (this.#wanted.length === 0) return; // of nearly every batch
    for (const command of this.#wanted.splice(0)) {
      if (command.action === "stop") throw new CancelFitException();
      learn.setHyper("lr", command.value);
    }
  }

  #tell(learn: LearnerCore): void {
    const { epoch, epochs, iter, training, dl } = learn, seconds = (performance.now() - this.#startedAt) / 1000;
    const batches = lengthOf(dl),
      done = this.#steps - this.#before,
      speed = done / seconds,
      perEpoch = this.#ends[0] ?? batches;
    this.#say({
      kind: "progress",
      run: this.#run,
      epoch,
      phase: training ? "train" : "valid",
      batch: iter,
      ...batches === undefined ? {} : { batches },
      ...done ? { speed } : {},
      ...done && perEpoch ? { left: Math.max(0, epochs * perEpoch - this.#steps) / speed } : {},
    });
    this.#tellRows(learn);
    this.#reading ??= this.#background.run(() => this.#read(learn)).finally(() => this.#reading = undefined);
  }

  #tellRows(learn: LearnerCore): void {
    const rows = learn.find(MetricsCB)?.rows ?? [];
    for (const { epoch, train, ...figures } of rows.slice(this.#rows)) {
      const step = this.#ends[epoch] ?? this.#steps;
      const entries = Object.entries(figures).map(([name, value]) => [name, toFigure(Number(value))] as const);
      const phase = train === "train" ? "train" : "valid";
      this.#say({ kind: "row", run: this.#run, step, epoch, phase, figures: Object.fromEntries(entries) });
    }
    this.#rows = rows.length;
  }

  /** Reads what was recorded since the last time, and what layers' records have; every read is asked for at once. */
  async #read(learn: LearnerCore, isLast = false): Promise<void> {
    // Losses that do not begin with the first batch would be taken for those of other batches.
    const curves = this.#before > 0 ? { losses: [], lrs: [] } : this.#curves;
    const layers = isLast || this.#layers?.isDue ? this.#layers?.read(curves) : undefined;
    layers?.catch(() => {}); // awaited below
    await this.#readLosses(learn);
    for (const event of await layers ?? []) this.#say(event);
  }

  /** The steps that follow go into another record. */
  async #readLosses(learn: LearnerCore): Promise<void> {
    const record = this.#losses, run = this.#run, from = this.#told, { losses, lrs } = this.#curves;
    if (!record?.length) return;
    const rates = this.#rates.splice(0);
    this.#told += record.length;
    this.#losses = new DeviceRecord(learn.model.device);
    try {
      const values = await record.read();
      for (const loss of values) losses.push(loss);
      for (const rate of rates) lrs.push(rate);
      this.#say({ kind: "points", run, series: "loss", from, values: values.map(toFigure) });
      this.#say({ kind: "points", run, series: "lr", from, values: rates.map(toFigure) });
    } finally {
      record.dispose();
    }
  }

  /** What `learn.diagnose()` will find. */
  #tellFindings(learn: LearnerCore): void {
    const callbacks = learn.fitCallbacks ?? [];
    const { findings } = diagnose({
      ...recordsOf(callbacks),
      parameters: parametersOf(learn.model, learn.opt),
      setup: setupOf(learn, callbacks),
    });
    const lines = linesOf(findings);
    this.#say({ kind: "findings", run: this.#run, lines });
  }

  /** Notes where the epoch's training ended, also one that was cancelled: its validation has a row. */
  override cleanupEpoch(learn: LearnerCore): void {
    if (learn.training) this.#ends[learn.epoch] = this.#steps;
  }

  /** The fit has gone through all its epochs. */
  override afterFit(_learn: LearnerCore): void {
    this.#done = true;
  }

  /** Tells the rest. */
  override async cleanupFit(learn: LearnerCore): Promise<void> {
    await this.#reading;
    this.#tell(learn);
    await this.#reading;
    await this.#background.run(() => this.#read(learn, true));
    this.#losses?.dispose();
    this.#losses = undefined;
    if (learn.find(DiagnoseCB) && this.#steps) this.#tellFindings(learn);
    this.#say({ kind: "finished", run: this.#run, how: this.#done ? "done" : "ended early" });
    await this.#outlet?.flush();
    this.#background.check();
    const all = this.#store.since(0), own = all.filter(({ kind, run }) => run === this.#run && kind !== "columns");
    await this.#files?.add(all, [...own, ...this.#layers?.whole() ?? []]);
  }
}

/** How many batches there are, if they tell. */
function lengthOf(batches: object): number | undefined {
  const length: unknown = Reflect.get(batches, "length");
  return typeof length === "number" ? length : undefined;
}
