/**
 * SVG to pixels, by resvg compiled to WebAssembly and the font Roboto; both are loaded when the first PNG is made.
 *
 * @module
 */
import { optionNames } from "../device/check_options.ts";
import { importSource } from "./import_source.js";

/** How a picture becomes pixels. */
export interface RasterOptions {
  /** Default: light. */
  readonly scheme?: "light" | "dark";
  /** Pixels for one of the picture. Default: 2. */
  readonly scale?: number;
}

/** The part of resvg that is used. */
interface Resvg {
  initWasm(module: WebAssembly.Module): Promise<void>;
  Resvg: new (svg: string, options: unknown) => {
    render(): { asPng(): Uint8Array<ArrayBuffer>; free(): void };
    free(): void;
  };
}

// Names that Deno cannot read in advance: 16 MB that only a PNG needs. WebAssembly has no access to the fonts of the system, and a
// package's font file could not be read without permission; pdfmake has one as a module.
const RESVG: string = "npm:@resvg/resvg-wasm@2.6.2";
const FONTS: string = "npm:pdfmake@0.2.20/build/vfs_fonts.js";

let loading: Promise<[Resvg, Uint8Array[]]> | undefined;

async function load(): Promise<[Resvg, Uint8Array[]]> {
  const [resvg, module, fonts] = await Promise.all([
    import(RESVG) as Promise<Resvg>,
    importSource(`${RESVG}/index_bg.wasm`),
    import(FONTS) as Promise<{ default: Record<string, string> }>,
  ]);
  await resvg.initWasm(module);
  const bytes = (name: string) => Uint8Array.from(atob(fonts.default[name]!), (c) => c.charCodeAt(0));
  return [resvg, [bytes("Roboto-Regular.ttf"), bytes("Roboto-Medium.ttf")]];
}

/** Names of the options. */
export const RASTER = optionNames<RasterOptions>({ scheme: 1, scale: 1 });

/**
 * The bytes of a PNG file.
 *
 * @param svg whose colours are plain (see `inScheme`)
 * @throws when the SVG is not valid, or the renderer cannot be loaded
 */
export async function renderPng(
  svg: string,
  { scheme = "light", scale = 2 }: RasterOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  loading ??= load();
  loading.catch(() => loading = undefined);
  const [{ Resvg }, fontBuffers] = await loading;
  const renderer = new Resvg(svg, {
    background: scheme === "light" ? "#ffffff" : "#1a2027",
    fitTo: { mode: "zoom", value: scale },
    font: { loadSystemFonts: false, fontBuffers, defaultFontFamily: "Roboto", sansSerifFamily: "Roboto" },
    imageRendering: 1, // pixels of heat maps and images stay sharp
  });
  const image = renderer.render();
  try {
    return image.asPng();
  } finally {
    image.free();
    renderer.free();
  }
}
