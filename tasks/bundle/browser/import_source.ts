/** Pictures as PNG are not drawn in a browser. */
export function importSource(name: string): never {
  throw new Error(`Cannot load ${name} in a browser: save charts as SVG`);
}
