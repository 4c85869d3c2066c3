/** Which run is shown, with which other one it is compared, and files from which more come. */
/// <reference lib="dom" />
import type { LiveEvent } from "../../lib/live/events.ts";
import { readSaved } from "../../lib/live/read_saved.ts";
import { make, say } from "./dom.ts";

/** What the bar tells the view. */
export interface RunsActions {
  /** Another run or another comparison was chosen. */
  changed(): void;
  /** Events of a file. */
  opened(events: readonly LiveEvent[]): void;
}

/** The bar above the charts. */
export class RunsBar {
  readonly element: HTMLElement = make("div", "bar");
  readonly #run = document.createElement("select");
  readonly #other = document.createElement("select");
  readonly #choice = make("span", "choice");
  readonly #problem = make("p", "problem");
  #ids: readonly string[] = [];

  constructor(readonly actions: RunsActions) {
    const file = document.createElement("input");
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Runs");
    this.#problem.setAttribute("role", "alert");
    this.#run.onchange = this.#other.onchange = () => actions.changed();
    this.#choice.append(labelled("A: run", this.#run), labelled("B: compared with", this.#other));
    Object.assign(file, { type: "file", accept: ".html,.htm,.json,.ndjson", multiple: true });
    file.onchange = () => void this.#open([...file.files ?? []]).then(() => file.value = "");
    this.element.append(this.#choice, labelled("Add runs of a saved page or JSON", file), this.#problem);
    this.show(new Map());
  }

  /** Identity of the run that is shown: the chosen one, or the latest. */
  get run(): string | undefined {
    return this.#run.value || this.#ids.at(-1);
  }

  /** Identity of the one that it is compared with. */
  get other(): string | undefined {
    const { value } = this.#other;
    return value && value !== this.run ? value : undefined;
  }

  /** Offers these runs; what is chosen stays chosen. */
  show(labels: ReadonlyMap<string, string>): void {
    const ids = [...labels.keys()];
    this.#choice.hidden = ids.length < 2;
    if (ids.join() === this.#ids.join()) return;
    this.#ids = ids;
    offer(this.#run, "the latest", labels);
    offer(this.#other, "none", labels);
  }

  /** Compares a run with another one. */
  compare(other: string, run: string): void {
    this.#run.value = run;
    this.#other.value = other;
    this.actions.changed();
  }

  async #open(files: readonly File[]): Promise<void> {
    const problems: string[] = [];
    for (const file of files) {
      try {
        this.actions.opened(await readSaved(await file.text()));
      } catch (error) {
        problems.push(`${file.name}: ${error instanceof Error ? error.message : error}`);
      }
    }
    say(this.#problem, problems.join(" "));
  }
}

function labelled(text: string, control: HTMLElement): HTMLElement {
  const label = make("label", "", text);
  label.append(control);
  return label;
}

function offer(select: HTMLSelectElement, nothing: string, labels: ReadonlyMap<string, string>): void {
  const { value } = select;
  select.replaceChildren(new Option(nothing, ""), ...[...labels].map(([id, label]) => new Option(label, id)));
  select.value = labels.has(value) ? value : "";
}
