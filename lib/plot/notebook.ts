/**
 * Notebooks on Deno's Jupyter kernel: what shows itself, and displays that change in place.
 *
 * @module
 */
import { checkText } from "../device/expect.ts";
import { Html, html } from "./html.ts";
import { imageStyle } from "./theme.ts";

/** The method by which an object shows itself as the last expression of a cell. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as never;

/** One thing to show in several formats, by MIME type. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** The class of images of pictures. */
const IMAGE = "sonde-picture";

/**
 * An SVG document as an HTML image that is never wider than its page, and light or dark as the notebook is. Many viewers of notebooks strip SVG elements out of HTML, and some (nbconvert 6.5) out of SVG outputs;
 * an image's contents they leave alone.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * console.log(`${plot.svgImage("<svg/>", "nothing")}`.includes('alt="nothing" src="data:image/svg+xml,%3Csvg/%3E"')); // true
 * ```
 */
export function svgImage(svg: string, alt: string): Html {
  checkText("svgImage", "the picture", svg);
  checkText("svgImage", "its text", alt);
  const escaped = svg.replace(/[%#&<>"\n]/g, encodeURIComponent);
  const style = `<style>${imageStyle(`img.${IMAGE}`)}</style>`,
    fits = `class="${IMAGE}" style="max-width:100%;height:auto"`;
  return new Html(`${style}<img ${fits} alt="${html`${alt}`}" src="data:image/svg+xml,${escaped}">`);
}

/** The part of Deno's kernel that is used. */
interface Kernel {
  broadcast(type: string, content: Record<string, unknown>): Promise<void>;
}

function kernel(): Kernel | undefined {
  try {
    const jupyter: Kernel | undefined = Reflect.get(Deno, "jupyter");
    return typeof jupyter?.broadcast === "function" ? jupyter : undefined; // outside the kernel it has no such method, or throws
  } catch {
    return undefined;
  }
}

/**
 * Whether this runs in Deno's Jupyter kernel.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * console.log(plot.inJupyter()); // false
 * ```
 */
export function inJupyter(): boolean {
  return kernel() !== undefined;
}

/**
 * A place in a cell's output whose contents change: the first {@linkcode LiveDisplay.show} makes it, the next ones replace what it shows.
 *
 * @example
 * ```ts
 * import { plot } from "./mod.ts";
 * const display = new plot.LiveDisplay();
 * for (const text of ["one", "two"]) await display.show({ "text/plain": text });
 * console.log(display.shown, plot.inJupyter()); // 0 false
 * ```
 */
export class LiveDisplay {
  readonly #id: string = `sonde-${crypto.randomUUID()}`;
  #shown = 0;

  /** How often something was shown; outside a notebook nothing is. */
  get shown(): number {
    return this.#shown;
  }

  /** Shows something in the place of what was there. */
  async show(data: MimeBundle): Promise<void> {
    const type = this.#shown === 0 ? "display_data" : "update_display_data";
    const open = kernel();
    if (!open) return;
    this.#shown++;
    await open.broadcast(type, { data, metadata: {}, transient: { display_id: this.#id } });
  }
}
