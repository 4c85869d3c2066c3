/** The watched layers: a list to choose one from, and charts of that one among the others, and beside another run's. */
/// <reference lib="dom" />
import type { ShownLayer } from "../../lib/live/page_model.ts";
import { type Line, LineChart } from "./chart.ts";
import { colorKey, make, say } from "./dom.ts";
import { HeatMap } from "./heat_map.ts";
import { hueOf } from "./looks.ts";
import { format, type Range } from "./scale.ts";

/** How each kind of statistics is headed. */
const OF: Readonly<Record<string, string>> = {
  activations: "outputs",
  gradients: "gradients",
  updates: "updates, divided by the weights' deviation",
  weights: "weights",
};

type Layers = ReadonlyMap<string, ShownLayer>;

/** Hidden as long as no layer is watched. */
export class LayersView {
  readonly element: HTMLElement = make("div", "layers");
  /** Told of a range that was chosen in one of its charts. */
  onRange: (range: Range) => void = (range) => this.range = range;
  readonly #list = make("fieldset");
  readonly #mean = new LineChart("Mean");
  readonly #std = new LineChart("Deviation");
  readonly #off = new LineChart("Zeros, and units that are off");
  readonly #heat = new HeatMap();
  readonly #otherHeat = new HeatMap();
  #layers: Layers = new Map();
  #other: Layers | undefined;
  #chosen = "";

  constructor() {
    const side = make("section"), heading = make("h2", "", "Layers"), charts = make("div", "charts");
    heading.id = "layers";
    this.#list.setAttribute("aria-labelledby", heading.id);
    this.#list.onchange = (event) => this.#choose((event.target as HTMLInputElement).value);
    side.append(heading, this.#list);
    for (const chart of [this.#mean, this.#std, this.#off]) chart.onRange = (range) => this.onRange(range);
    charts.append(...[this.#mean, this.#std, this.#heat, this.#otherHeat, this.#off].map(({ element }) => element));
    this.element.hidden = true;
    this.element.append(side, charts);
  }

  /** Shows these steps. */
  set range(range: Range) {
    for (const chart of [this.#mean, this.#std, this.#off, this.#heat, this.#otherHeat]) chart.range = range;
  }

  /** Shows these layers, and those of another run beside them; the chosen one stays chosen. */
  show(layers: Layers, other: Layers | undefined): void {
    this.element.hidden = layers.size === 0;
    if (layers.size === 0) return;
    const keys = [...layers.keys()], isSame = keys.join("\n") === [...this.#layers.keys()].join("\n");
    this.#layers = layers;
    this.#other = other;
    if (!layers.has(this.#chosen)) this.#chosen = keys[0]!;
    // The list is kept where it can be, and with it the focus.
    if (!isSame) this.#list.replaceChildren(...keys.map((key, hue) => this.#entry(key, hue)));
    const small = this.#list.querySelectorAll("small");
    [...layers.values()].forEach((layer, i) => say(small[i]!, summary(layer)));
    this.#draw();
  }

  #entry(key: string, hue: number): HTMLElement {
    const label = make("label"), input = document.createElement("input"), { of, layer } = this.#layers.get(key)!;
    Object.assign(input, { type: "radio", name: "layer", value: key, checked: key === this.#chosen });
    label.append(input, colorKey(hue), of === "activations" ? layer : `${layer}: ${of}`, make("small"));
    return label;
  }

  #choose(key: string): void {
    this.#chosen = key;
    this.#draw();
  }

  #draw(): void {
    const chosen = this.#layers.get(this.#chosen)!, other = this.#other?.get(this.#chosen);
    const kind = OF[chosen.of] ?? chosen.of, name = `${chosen.layer}: ${kind}`;
    // All that is watched of the same kind, on one scale.
    const shown = [...this.#layers.values()].map((layer, hue) => ({ layer, hue })).filter(({ layer }) =>
      layer.of === chosen.of
    );
    const hue = shown.find(({ layer }) => layer === chosen)!.hue;
    for (const [chart, of, title] of [[this.#mean, "mean", "mean"], [this.#std, "std", "deviation"]] as const) {
      const values = ({ columns }: ShownLayer) => lineOf(columns, (column) => Number(column[of]));
      chart.title = `${name}, ${title}, ${other ? "of A and of B" : "among all layers"}`;
      const lines: Line[] = other
        ? [{ name: "A", ...values(chosen), hue: hueOf(hue) }, {
          name: "B",
          ...values(other),
          hue: hue + 1,
          isDashed: true,
        }]
        : shown.map(({ layer, hue }) => ({ name: layer.layer, ...values(layer), hue, isFaint: layer !== chosen }));
      chart.show(lines, { legend: other !== undefined });
    }
    this.#drawOff(chosen, other);
    this.#heat.show(`${name}, histogram over time${other ? ", of A" : ""}`, chosen);
    this.#otherHeat.element.hidden = !other;
    if (other) this.#otherHeat.show(`${name}, histogram over time, of B`, other);
  }

  #drawOff(chosen: ShownLayer, other: ShownLayer | undefined): void {
    const hasUnits = chosen.columns.some(({ off }) => off !== undefined);
    const lines = ({ columns }: ShownLayer, run: string, isDashed: boolean): Line[] => [
      { name: `zeros${run}`, ...lineOf(columns, ({ zeros }) => Number(zeros)), hue: 0, isDashed },
      ...hasUnits
        ? [{ name: `units off${run}`, ...lineOf(columns, ({ off }) => Number(off ?? NaN)), hue: 1, isDashed }]
        : [],
    ];
    this.#off.title = `${chosen.layer}: ${hasUnits ? "zeros, and units that are off" : "zeros"}`;
    const all = other ? [...lines(chosen, ", A", false), ...lines(other, ", B", true)] : lines(chosen, "", false);
    this.#off.show(all, { isShare: true, legend: true });
  }
}

/** A line through columns. */
const lineOf = (columns: ShownLayer["columns"], value: (column: ShownLayer["columns"][number]) => number) => ({
  values: columns.map(value),
  steps: columns.map(({ step }) => step),
});

const percent = (share: number) => `${format(Math.round(share * 1000) / 10)} %`;

/** The last column in words. */
function summary({ columns }: ShownLayer): string {
  const last = columns.at(-1);
  if (!last) return "";
  const off = last.off === undefined ? "" : `, ${percent(Number(last.off))} off`;
  return `${format(Number(last.mean))} ± ${format(Number(last.std))}${off}`;
}
