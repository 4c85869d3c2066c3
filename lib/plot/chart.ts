/**
 * A chart: a Vega-Lite description, drawn when the picture is asked for.
 *
 * @module
 */
import { Picture } from "./picture.ts";
import { inScheme, themeConfig } from "./theme.ts";
import { renderSvg, type Spec } from "./vega.ts";

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

/**
 * Anything drawable, described in Vega-Lite: `.spec`, `.svg()`, `.png()`, `.save("x.svg|png|html|json")`. As the last expression of a
 * notebook's cell it shows itself.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const chart = plot.seriesChart({ y: { title: "loss" }, series: [{ label: "A2", values: [2.1, 1.2, 0.8] }] });
 * console.log((await chart.svg()).length > 1000); // true
 * ```
 */
export class Chart extends Picture {
  /**
   * Nothing is drawn yet.
   *
   * @param spec Vega-Lite, without its `config`: the theme brings that
   */
  constructor(readonly spec: Spec) {
    super();
  }

  /** Draws by Vega, which is loaded when first needed. */
  protected override draw(): Promise<string> {
    return renderSvg(this.spec);
  }

  /** The description with the theme, in plain light colours on white: other programs know no CSS variables, and may draw on any background. */
  protected override data(): Readonly<Record<string, unknown>> {
    const plain = { $schema: SCHEMA, ...this.spec, config: { ...themeConfig(), background: "#ffffff" } };
    return { "application/vnd.vegalite.v5+json": JSON.parse(inScheme(JSON.stringify(plain), "light")) };
  }

  /** The chart in a sentence or two: its `description`, or its title. */
  override get alt(): string {
    const { description } = this.spec;
    return typeof description === "string" ? description : titleOf(this.spec) || "A chart";
  }

  /** `Chart("mean and deviation")`: the title, or without one what the chart shows. */
  override toString(): string {
    return `Chart(${JSON.stringify(titleOf(this.spec) || this.alt)})`;
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }
}

/** A description's title in one line, or those of its parts; empty if there is none. */
export function titleOf({ title, concat }: Spec): string {
  const text = typeof title === "object" && title !== null && "text" in title ? title.text : title;
  const own = Array.isArray(text) ? text.join(" ") : typeof text === "string" ? text : "";
  return own || (Array.isArray(concat) ? (concat as Spec[]).map(titleOf).filter(Boolean).join("; ") : "");
}
