/** The page: reads the form, starts the thread that trains, and shows what it tells. */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { type LayerRow, NETWORKS, type Order, type Told } from "./messages.ts";

const find = <E extends Element>(selector: string): E => document.querySelector<E>(selector)!;
const form = find<HTMLFormElement>("form"), status = find<HTMLElement>("#status"), chart = find<SVGElement>("#losses");
const start = find<HTMLButtonElement>("button[type=submit]"), stop = find<HTMLButtonElement>("button[name=stop]");
const field = (name: string) => find<HTMLInputElement | HTMLSelectElement>(`[name=${name}]`);

const HEIGHT = 240, LEFT = 48, BOTTOM = 24, TOP = 12;

let worker: Worker | undefined, losses: number[] = [], drawn = 0, description = "";

field("network").replaceChildren(...NETWORKS.map((name) => new Option(name)));
if (!navigator.gpu) find<HTMLOptionElement>("option[value=webgpu]").disabled = true;
field("device").value = navigator.gpu ? "webgpu" : "cpu";

function draw(): void {
  drawn = 0;
  const finite = losses.filter(Number.isFinite);
  if (finite.length === 0) return;
  const most = Math.max(...finite), least = Math.min(0, ...finite), last = Math.max(1, losses.length - 1);
  const width = chart.clientWidth; // a picture of as many units as pixels: texts keep their size
  chart.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  const x = (i: number) => (LEFT + i / last * (width - LEFT - 8)).toFixed(1);
  const y = (loss: number) => (TOP + (most - loss) / (most - least || 1) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const points = losses.map((loss, i) => Number.isFinite(loss) ? `${x(i)},${y(loss)}` : "").filter(Boolean);
  const text = (left: number, top: number, words: string) => `<text x="${left}" y="${top}">${words}</text>`;
  chart.innerHTML = `<path d="M${points.join("L")}"/>` + text(4, TOP + 8, most.toFixed(2)) +
    text(4, HEIGHT - BOTTOM, least.toFixed(2)) + text(width / 2, HEIGHT - 6, `batch ${losses.length}`);
}

const figure = (value: number | undefined) => value === undefined ? "–" : value.toPrecision(3);
const percent = (share: number | undefined) => share === undefined ? "–" : `${(100 * share).toFixed(1)} %`;

function row(texts: readonly string[]): HTMLTableRowElement {
  const made = document.createElement("tr");
  for (const text of texts) made.insertCell().textContent = text;
  return made;
}

function hear(told: Told): void {
  switch (told.kind) {
    case "device":
      status.textContent = description = `Training on ${told.description}.`;
      break;
    case "loss":
      losses.push(told.loss);
      drawn ||= requestAnimationFrame(draw);
      break;
    case "epoch": {
      const [loss, accuracy, validLoss, validAccuracy] = told.row,
        body = find<HTMLTableSectionElement>("#epochs tbody");
      body.append(
        row([String(body.rows.length), figure(loss), percent(accuracy), figure(validLoss), percent(validAccuracy)]),
      );
      const cells = (
        { name, mean, std, zeros, off }: LayerRow,
      ) => [name, figure(mean), figure(std), percent(zeros), percent(off)];
      find("#layers tbody").replaceChildren(...told.layers.map((layer) => row(cells(layer))));
      const items = told.findings.length ? told.findings : ["Nothing found."];
      find("#findings").replaceChildren(
        ...items.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
      );
      break;
    }
    case "end":
      finish(description.replace("Training", "Trained"));
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
  status.textContent = words;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  losses = [];
  chart.replaceChildren();
  for (const body of document.querySelectorAll("tbody, #findings")) body.replaceChildren();
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
  worker.postMessage(order);
});
addEventListener("resize", draw);
stop.addEventListener("click", () => finish("Stopped."));
