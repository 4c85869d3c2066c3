/**
 * Pictures, which can be saved, and shown in a notebook.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { Html, html, page } from "./html.ts";
import { DISPLAY, type MimeBundle, svgImage } from "./notebook.ts";
import { RASTER, type RasterOptions, renderPng } from "./raster.ts";
import { saveBytes, saveText } from "./save.ts";
import { inScheme, shade, themeStyle } from "./theme.ts";

/**
 * An embedded picture as a document of its own, for light and dark.
 *
 * @param selector what the style is for: the picture alone, also where a page takes it in. An image is a document by itself
 */
export function standalone(svg: string, selector = ".sonde"): string {
  return svg.replace(/^<svg([^>]*)>/, (_, attributes: string) => {
    const open = `<svg${attributes.replace(/ class="[^"]*"/, "")} class="sonde" style="background:${shade("ground")}">`;
    return `${open}<style>${themeStyle(selector)}</style>`;
  });
}

const SVG = optionNames<{ embed?: boolean }>({ embed: 1 });

// deno-lint-ignore no-control-regex -- they are what is looked for
const NO_XML = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/** An SVG without the characters that XML does not have: a reader would refuse all of it. */
const asXml = (svg: string) => svg.toWellFormed().replace(NO_XML, "\ufffd");

/**
 * The base of charts and graphs: a subclass draws an SVG element; the picture can then be saved as a file, and shows itself in a notebook.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * class Dot extends plot.Picture {
 *   protected override draw(): Promise<string> {
 *     const color = plot.hue(0);
 *     return Promise.resolve(
 *       `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="4" fill="${color}"/></svg>`,
 *     );
 *   }
 * }
 * console.log((await new Dot().svg()).includes("circle")); // true
 * ```
 */
export abstract class Picture {
  /** The picture as an `<svg>` element whose colours are the theme's CSS variables. */
  protected abstract draw(): Promise<string>;

  /** The picture as data, for `.json`, by MIME type. None by default. */
  protected data(): Readonly<Record<string, unknown>> {
    return {};
  }

  /** What the picture shows, in words: its alternative text. By default its text. */
  get alt(): string {
    return String(this);
  }

  /**
   * The picture as an SVG document, for light and dark, with its alternative text.
   *
   * @param options.embed leaves out the style sheet and the ground, for a page that has them already (see `themeStyle`)
   */
  async svg(options: { embed?: boolean } = {}): Promise<string> {
    checkOptions("svg", options, SVG);
    const svg = asXml((await this.draw()).replace(
      /^<svg[^>]*/,
      (tag) => `${tag} role="img" aria-label="${html`${this.alt}`}"`,
    ));
    return options.embed ? svg : standalone(svg);
  }

  /** The picture as a PNG file's bytes. Loads a renderer, and the font Roboto, when first called. */
  async png(options: RasterOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    checkOptions("png", options, RASTER);
    return await renderPng(inScheme(asXml(await this.draw()), options.scheme ?? "light"), options);
  }

  /**
   * Writes the picture to a file, by its ending: `.svg`, `.png`, `.html` (a page of its own) or, for charts, `.json` (the Vega-Lite
   * description). Folders are made as needed; a reader of the path never sees an incomplete file.
   *
   * @param path where to
   * @param options for `.png`: light or dark, and how many pixels for one of the picture
   * @throws {RangeError} for other endings
   */
  async save(path: string, options: RasterOptions = {}): Promise<void> {
    checkOptions("save", options, RASTER);
    const ending = /\.[^./\\]*$/.exec(path)?.[0].toLowerCase();
    if (ending !== ".png" && Object.keys(options).length > 0) {
      throw new TypeError(`Cannot save ${path} with ${Object.keys(options).join(" and ")}: it is for .png alone`);
    }
    const [data] = Object.values(this.data());
    if (ending === ".svg") await saveText(path, await this.svg() + "\n");
    else if (ending === ".png") await saveBytes(path, await this.png(options));
    else if (ending === ".json" && data) await saveText(path, JSON.stringify(data, null, 1) + "\n");
    else if (ending === ".html") {
      const svg = new Html(await this.svg({ embed: true }));
      await saveText(path, page({ title: "Sonde", body: html`<figure class="whole">${svg}</figure>` }));
    } else {
      throw new RangeError(
        `Cannot save a picture as ${path}: the name must end in .svg, .png, .html${data ? " or .json" : ""}`,
      );
    }
  }

  /** What a notebook shows: an image that follows its theme, which front ends prefer, and the SVG for those that know no HTML. */
  async [DISPLAY](): Promise<MimeBundle> {
    const svg = await this.svg({ embed: true });
    return {
      "text/html": String(svgImage(standalone(svg, ":root"), this.alt)),
      "image/svg+xml": standalone(svg),
      "text/plain": String(this),
    };
  }
}
