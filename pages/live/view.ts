/** The page around the charts: what runs, how far it is, its figures, and another run beside it. It takes events from wherever they come. */
/// <reference lib="dom" />
import type { LiveEvent } from "../../lib/live/events.ts";
import { PageModel, type ShownRun } from "../../lib/live/page_model.ts";
import { Curves } from "./curves.ts";
import { labelsOf } from "./compare.ts";
import { figuresCsv, layersCsv, seriesCsv } from "./csv.ts";
import { button, download, make, say } from "./dom.ts";
import { LayersView } from "./layers.ts";
import { Pace } from "./pace.ts";
import { RunsBar } from "./runs.ts";
import { format, type Range } from "./scale.ts";
import { tablesOf } from "./tables.ts";

/** What the buttons do; none are shown for what is missing. */
export interface ViewActions {
  stop?(): void;
  rate?(value: number): void;
  /** Gives the page as a file. */
  save?(): void;
}

/** Milliseconds between two looks at the figures above the charts, and between two pictures. */
const FIGURES_INTERVAL = 1000, PICTURES_INTERVAL = 2000;
/**
 * How many times as long as a picture took there is at least until the next one: a page on the machine that trains takes its time from the
 * training. What the browser does with it, from layout to the screen, takes three times as long again: pictures get 1 part in 250 of one processor.
 * Whoever looks waits for a picture so long at most, in milliseconds.
 */
const REST = 1000, PICTURES_MOST = 10_000;

/** The view of all runs; charts lay them over each other. */
export class LiveView {
  readonly model: PageModel = new PageModel();
  readonly element: HTMLElement = make("main");
  readonly #status = make("p", "muted");
  readonly #figures = new Map<string, HTMLElement>();
  readonly #runs: RunsBar;
  readonly #curves = new Curves();
  readonly #layers = new LayersView();
  readonly #tables = make("div", "tail");
  /** What is drawn of layers and in tables, so that neither is made anew without need. */
  #drawn = { layers: "", tables: "" };
  readonly #ofFigures = new Pace(FIGURES_INTERVAL, 0);
  readonly #ofPictures = new Pace(PICTURES_INTERVAL, REST, PICTURES_MOST);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(actions: ViewActions = {}) {
    const header = make("header"), figures = make("dl", "figures");
    this.#runs = new RunsBar({
      changed: () => this.#render(),
      opened: (events) => this.#open(events),
    });
    this.#status.setAttribute("role", "status");
    header.append(make("h1", "", "Training"), this.#status);
    for (const name of FIGURES) {
      const group = make("div"), value = make("dd", "", "–");
      this.#figures.set(name, value);
      group.append(make("dt", "", name), value);
      figures.append(group);
    }
    this.#curves.onRange = this.#layers.onRange = (range) => this.#show(range);
    this.element.append(
      header,
      ...controls(actions),
      figures,
      this.#runs.element,
      this.#curves.element,
      this.#layers.element,
      this.#tables,
      ...this.#downloads(actions),
    );
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.#ofPictures.due < Infinity) this.#render();
    });
    this.#render();
  }

  /**
   * Takes events in, and shows them: a beginning and an end at once, what else is new in figures once a second and in pictures now and then,
   * and nothing as long as nobody sees the page.
   */
  apply(events: readonly LiveEvent[]): void {
    const isTurn = events.some((event) => this.#isTurn(event));
    this.model.apply(events);
    this.#ofFigures.age();
    this.#ofPictures.age();
    if (isTurn && !document.hidden) this.#render();
    else this.#plan();
  }

  /** A run's beginning or end, or the first values of a chart: they are worth a picture. */
  #isTurn(event: LiveEvent): boolean {
    if (event.kind === "points") return !this.model.runs.get(event.run)?.series.has(event.series);
    return event.kind === "run" || event.kind === "finished";
  }

  /** Draws what is due, and comes back when more is. */
  #plan(): void {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    const now = performance.now(), isTime = this.#ofFigures.due <= now;
    // What comes to the screen together costs less than one after the other.
    if (this.#ofPictures.due <= now + (isTime ? FIGURES_INTERVAL : 0)) this.#render();
    else if (isTime) this.#renderFigures();
    const due = Math.min(this.#ofFigures.due, this.#ofPictures.due);
    if (due < Infinity) this.#timer = setTimeout(() => this.#plan(), due - now);
  }

  /** Another file's runs; the first new one is what the run that is shown is compared with. */
  #open(events: readonly LiveEvent[]): void {
    const before = new Set(this.model.runs.keys()), shown = this.#runs.run;
    this.apply(events);
    this.#render();
    const added = [...this.model.runs.keys()].find((id) => !before.has(id));
    if (shown !== undefined && added !== undefined) this.#runs.compare(added, shown);
  }

  /** Draws everything. */
  #render(): void {
    this.#runs.show(labelsOf([...this.model.runs.values()]));
    this.#renderFigures();
    this.#ofPictures.draw(() => this.#renderPictures());
  }

  get #shown(): readonly [run: ShownRun | undefined, other: ShownRun | undefined] {
    const { runs } = this.model;
    return [runs.get(this.#runs.run ?? ""), runs.get(this.#runs.other ?? "")];
  }

  #renderFigures(): void {
    this.#ofFigures.draw(() => {
      const [run] = this.#shown;
      say(this.#status, run ? `${run.facts.title}: ${run.finished ?? "running"}` : "Waiting for the first run");
      for (const [name, value] of run ? figuresOf(run) : []) say(this.#figures.get(name)!, value);
    });
  }

  #renderPictures(): void {
    const { runs } = this.model, labels = labelsOf([...runs.values()]), [run, other] = this.#shown;
    if (!run) return;
    this.#curves.show(runs, labels, run, other);
    const key = (of: keyof ShownRun["news"]) =>
      [run, other].map((one) => one && `${one.facts.run} ${one.news[of]}`).join();
    if (this.#drawn.layers !== key("layers")) this.#layers.show(run.layers, other?.layers);
    if (this.#drawn.tables !== key("tables")) this.#tables.replaceChildren(...tablesOf(run, other));
    this.#drawn = { layers: key("layers"), tables: key("tables") };
  }

  #show(range: Range): void {
    this.#curves.range = range;
    this.#layers.range = range;
  }

  #downloads({ save }: ViewActions): HTMLElement[] {
    const all = () => [...this.model.runs.values()];
    const csv = (name: string, of: typeof seriesCsv) => () =>
      download(`${name}.csv`, "text/csv", of(all(), labelsOf(all())));
    const bar = make("div", "bar");
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "Downloads");
    bar.append(
      ...save ? [button("Save this page", () => save())] : [],
      button("Losses as CSV", csv("losses", seriesCsv)),
      button("Epochs as CSV", csv("epochs", figuresCsv)),
      button("Layers as CSV", csv("layers", layersCsv)),
      button("All as JSON", () => download("runs.json", "application/json", JSON.stringify(this.model.events()))),
    );
    const note =
      "Losses and rates are those of every step. Of a long run, statistics of layers are averages over neighbouring " +
      "batches; a fit that saves its page writes those of every watched batch beside it, as .ndjson, which this page opens too.";
    return [bar, make("p", "muted note", note)];
  }
}

const FIGURES = ["epoch", "batch", "loss", "rate", "batches / s", "time left"] as const;

function figuresOf({ facts, progress, finished, series }: ShownRun): [typeof FIGURES[number], string][] {
  return [
    ["epoch", progress ? `${Math.min(progress.epoch + 1, facts.epochs)} / ${facts.epochs}` : "–"],
    ["batch", progress ? `${progress.batch}${progress.batches ? ` / ${progress.batches}` : ""}` : "–"],
    ["loss", format(series.get("loss")?.at(-1))],
    ["rate", format(series.get("lr")?.at(-1))],
    ["batches / s", format(progress?.speed && Number(progress.speed.toPrecision(2)))],
    ["time left", finished || progress?.left === undefined ? "–" : `${Math.ceil(progress.left)} s`],
  ];
}

/** What asks something of the fit. */
function controls({ stop, rate }: ViewActions): HTMLElement[] {
  if (!stop && !rate) return [];
  const bar = make("div", "bar");
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Control");
  if (stop) bar.append(button("Stop after this batch", () => stop()));
  if (rate) {
    const input = document.createElement("input"), label = make("label", "", "learning rate");
    Object.assign(input, { type: "number", min: "0", step: "any" });
    const change = () => input.value !== "" && Number(input.value) >= 0 && rate(Number(input.value));
    input.onkeydown = ({ key }) => void (key === "Enter" && change());
    label.append(input);
    bar.append(label, button("Set the rate", change));
  }
  return [bar];
}
