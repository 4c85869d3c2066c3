/** The page: reads the form, starts the thread that trains, and shows what it tells as the live page of a fit does. */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { STYLE } from "../../lib/live/page_style.ts";
import { themeStyle } from "../../lib/plot/theme.ts";
import { LiveView } from "../../pages/live/view.ts";
import { type Asked, NETWORKS, type Order, type Told } from "./messages.ts";

const find = <E extends Element>(selector: string): E => document.querySelector<E>(selector)!;
const form = find<HTMLFormElement>("form"), status = find<HTMLElement>("#status");
const start = find<HTMLButtonElement>("button[type=submit]"), stop = find<HTMLButtonElement>("button[name=stop]");
const field = (name: string) => find<HTMLInputElement | HTMLSelectElement>(`[name=${name}]`);

const STOP = "Stop";
let worker: Worker | undefined, description = "";
const ask = (asked: Asked) => worker?.postMessage(asked);

const style = document.createElement("style");
style.textContent = themeStyle() + STYLE;
document.head.prepend(style);
const view = new LiveView({ rate: (value) => ask({ kind: "ask", command: { action: "lr", value } }) });
view.element.hidden = true;
document.body.append(view.element);

field("network").replaceChildren(...NETWORKS.map((name) => new Option(name)));
if (!navigator.gpu) find<HTMLOptionElement>("option[value=webgpu]").disabled = true;
field("device").value = navigator.gpu ? "webgpu" : "cpu";

/** The run that is going on, if one has begun. */
const running = () => [...view.model.runs.values()].find(({ finished }) => finished === undefined);

function hear(told: Told): void {
  switch (told.kind) {
    case "device":
      description = told.description;
      break;
    case "events":
      view.element.hidden = false;
      view.apply(told.events);
      if (running()) status.textContent = `Training on ${description}.`;
      break;
    case "end":
      finish(`${[...view.model.runs.values()].at(-1)?.finished === "done" ? "Trained" : "Stopped"} on ${description}.`);
      break;
    case "failed":
      finish(told.message);
      status.className = "failed";
  }
}

function finish(words: string): void {
  worker?.terminate();
  worker = undefined;
  start.disabled = false;
  stop.disabled = true;
  stop.textContent = STOP;
  status.textContent = words;
  const run = running(); // whose thread told no end
  if (run) view.apply([{ kind: "finished", run: run.facts.run, how: "ended early" }]);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  status.className = "";
  status.textContent = "Drawing pictures …";
  start.disabled = true;
  stop.disabled = false;
  worker = new Worker(new URL("train.js", document.baseURI), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<Told>) => hear(data);
  worker.onerror = ({ message }) =>
    hear({ kind: "failed", message: message || "The script of the training did not load." });
  const number = (name: string) => Number(field(name).value);
  const order: Order = {
    device: field("device").value as Order["device"],
    network: field("network").value,
    lr: number("lr"),
    images: number("images"),
    epochs: number("epochs"),
  };
  ask({ kind: "train", order });
});

stop.addEventListener("click", () => {
  // Asked once, the training ends with its figures; asked again, or before it has begun, its thread ends.
  if (!running() || stop.textContent !== STOP) return finish("Stopped.");
  ask({ kind: "ask", command: { action: "stop" } });
  stop.textContent = "Stop at once";
});
