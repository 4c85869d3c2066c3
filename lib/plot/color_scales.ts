/**
 * Scales of colours for quantities.
 *
 * @module
 */

/** Viridis (van der Walt and Smith 2015), from few to many; it keeps its order in grey and for the colour-blind. */
// deno-fmt-ignore
export const VIRIDIS: readonly string[] = ["#440154", "#482475", "#414487", "#355f8d", "#2a788e", "#21918c", "#22a884", "#44bf70", "#7ad151", "#bdde26", "#fde725"];

/** From below 0 over white to above it: blue and red of ColorBrewer's RdBu (Brewer 2003), told apart by the colour-blind too. */
const BLUE_TO_RED = ["#2166ac", "#67a9cf", "#d1e5f0", "#f7f7f7", "#fddbc7", "#ef8a62", "#b2182b"];

/** Colours of a palette between the stops; an index is left for what is not there. */
export const SHADES = 255;

/** {@linkcode SHADES} colours from the first stop to the last. */
function between(stops: readonly string[]): string[] {
  const channel = (color: string, at: number) => Number.parseInt(color.slice(at, at + 2), 16);
  return Array.from({ length: SHADES }, (_, i) => {
    const position = (i / (SHADES - 1)) * (stops.length - 1);
    const k = Math.min(Math.floor(position), stops.length - 2);
    const mix = (at: number) => {
      const from = channel(stops[k]!, at);
      return Math.round(from + (position - k) * (channel(stops[k + 1]!, at) - from)).toString(16).padStart(2, "0");
    };
    return `#${mix(1)}${mix(3)}${mix(5)}`;
  });
}

/** From few to many. */
export const VIRIDIS_SHADES: readonly string[] = between(VIRIDIS);

/** From below 0, which is in the middle, to above. */
export const DIVERGING: readonly string[] = between(BLUE_TO_RED);

/** From black to white. */
export const GREYS: readonly string[] = between(["#000000", "#ffffff"]);
