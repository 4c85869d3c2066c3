/**
 * A chart: a Vega-Lite description, drawn when somebody asks for the picture.
 *
 * @module
 */
import { renderSvg } from "./vega.ts";
import { themeStyle } from "./theme.ts";

/** A Vega-Lite specification as plain JSON. */
export type Spec = Readonly<Record<string, unknown>>;

/** Anything drawable, described in Vega-Lite. */
export class Chart {
  /** @param spec Vega-Lite, without its `config`: the theme brings that */
  constructor(readonly spec: Spec) {}

  /**
   * The chart as an SVG document, for light and dark. Loads Vega when first called.
   *
   * @param options.embed leaves out the style sheet, for a page that has it already (see `themeStyle`)
   */
  async svg({ embed = false }: { embed?: boolean } = {}): Promise<string> {
    const svg = await renderSvg(this.spec);
    return embed ? svg : svg.replace(/^<svg[^>]*>/, (open) => `${open}<style>${themeStyle()}</style>`);
  }
}
