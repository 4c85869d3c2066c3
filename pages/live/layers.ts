/** The watched layers: a list to choose one from, and charts of that one among the others. */
/// <reference lib="dom" />
import type { ShownLayer } from "../../lib/live/page_model.ts";
import { colorKey, format, LineChart } from "./chart.ts";
import { HeatMap } from "./heat_map.ts";

/** How each kind of statistics is headed. */
const OF: Readonly<Record<string, string>> = {
  activations: "outputs",
  gradients: "gradients",
  updates: "updates, divided by the weights' deviation",
  weights: "weights",
};

/** Hidden as long as no layer is watched. */
export class LayersView {
  readonly element: HTMLElement = document.createElement("div");
  readonly #list = document.createElement("fieldset");
  readonly #mean = new LineChart("Mean");
  readonly #std = new LineChart("Deviation");
  readonly #off = new LineChart("Zeros, and units that are off");
  readonly #heat = new HeatMap("Histogram over time");
  #layers: readonly ShownLayer[] = [];
  #chosen = "";

  constructor() {
    const side = document.createElement("section"), heading = document.createElement("h2");
    const charts = document.createElement("div");
    heading.textContent = "Layers";
    heading.id = "layers";
    this.#list.setAttribute("aria-labelledby", heading.id);
    this.#list.onchange = (event) => this.#choose((event.target as HTMLInputElement).value);
    side.append(heading, this.#list);
    charts.className = "charts";
    charts.append(...[this.#mean, this.#std, this.#heat, this.#off].map(({ element }) => element));
    this.element.className = "layers";
    this.element.hidden = true;
    this.element.append(side, charts);
  }

  /** Shows these layers; the chosen one stays chosen. */
  show(layers: readonly ShownLayer[]): void {
    this.element.hidden = layers.length === 0;
    if (layers.length === 0) return;
    const keys = layers.map(keyOf), isSame = keys.join("\n") === this.#layers.map(keyOf).join("\n");
    this.#layers = layers;
    if (!keys.includes(this.#chosen)) this.#chosen = keys[0]!;
    // The list is kept where it can be, and with it the focus.
    if (!isSame) this.#list.replaceChildren(...layers.map((layer, i) => this.#entry(layer, i)));
    layers.forEach((layer, i) => this.#list.querySelectorAll("small")[i]!.textContent = summary(layer));
    this.#draw();
  }

  #entry(layer: ShownLayer, i: number): HTMLElement {
    const label = document.createElement("label"), input = document.createElement("input");
    const key = keyOf(layer), name = layer.of === "activations" ? layer.layer : `${layer.layer}: ${layer.of}`;
    Object.assign(input, { type: "radio", name: "layer", value: key, checked: key === this.#chosen });
    label.append(input, colorKey(i), name, document.createElement("small"));
    return label;
  }

  #choose(key: string): void {
    this.#chosen = key;
    this.#draw();
  }

  #draw(): void {
    const chosen = this.#layers.find((layer) => keyOf(layer) === this.#chosen)!;
    // All that is watched of the same kind, on one scale.
    const shown = this.#layers.map((layer, hue) => ({ layer, hue })).filter(({ layer }) => layer.of === chosen.of);
    const stepOf = (column: number) => chosen.columns[column]?.step ?? column;
    const lines = (of: "mean" | "std") =>
      shown.map(({ layer, hue }) => ({
        name: layer.layer,
        values: layer.columns.map((column) => Number(column[of])),
        hue,
        isFaint: layer !== chosen,
      }));
    const kind = OF[chosen.of] ?? chosen.of, name = `${chosen.layer}: ${kind}`;
    this.#mean.show(lines("mean"), { stepOf, legend: false });
    this.#std.show(lines("std"), { stepOf, legend: false });
    for (const [chart, title] of [[this.#mean, "mean"], [this.#std, "deviation"]] as const) {
      chart.title = `${name}, ${title}, among all layers`;
    }
    const hasUnits = chosen.columns.some(({ off }) => off !== undefined);
    this.#off.title = `${chosen.layer}: ${hasUnits ? "zeros, and units that are off" : "zeros"}`;
    this.#off.show([
      { name: "zeros", values: chosen.columns.map(({ zeros }) => Number(zeros)) },
      ...hasUnits ? [{ name: "units off", values: chosen.columns.map(({ off }) => Number(off ?? NaN)) }] : [],
    ], { stepOf, isShare: true });
    this.#heat.title = `${name}, histogram over time`;
    this.#heat.show(chosen);
  }
}

const keyOf = ({ of, layer }: ShownLayer) => `${of} ${layer}`;

const percent = (share: number) => `${format(Math.round(share * 1000) / 10)} %`;

/** The last column in words. */
function summary({ columns }: ShownLayer): string {
  const last = columns.at(-1);
  if (!last) return "";
  const off = last.off === undefined ? "" : `, ${percent(Number(last.off))} off`;
  return `${format(Number(last.mean))} ± ${format(Number(last.std))}${off}`;
}
