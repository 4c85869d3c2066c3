/**
 * The charts of a report, in the page and one by one.
 *
 * @module
 */
import { Chart } from "../../plot/chart.ts";
import { Html, html } from "../../plot/html.ts";
import { standalone } from "../../plot/picture.ts";

/** How much smaller and larger than drawn a chart may be shown, to fit its card. */
const [LEAST, MOST] = [0.9, 1.3];

/** Draws charts, and remembers them. */
export class Gallery {
  readonly charts = new Map<string, string>();

  /** A chart in a card that it fills; a narrow screen scrolls it, so that its words stay readable. */
  async figure(name: string, chart: Chart, caption: string): Promise<Html> {
    const plain = name.replace(/[^\w-]+/g, "-");
    let file = plain;
    // Two names that differ in other characters alone are two files.
    for (let time = 2; this.charts.has(file); time++) file = `${plain}-${time}`;
    const told = new Chart({ ...chart.spec, description: chart.spec["description"] ?? caption });
    const text = await told.svg({ embed: true });
    this.charts.set(file, standalone(text) + "\n");
    const width = Number(chart.spec["width"]), svg = new Html(text);
    return html`
      <div class="card scroll">
        <figure class="fill" style="--least:${Math.round(LEAST * width)}px;--most:${Math.round(
          MOST * width,
        )}px" role="group"
          aria-label="${caption}">${svg}</figure>
      </div>
    `;
  }
}
