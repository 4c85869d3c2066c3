/** The files of the cpu kernels, as bytes: read where Deno runs this; a bundle has them inside (bundle.ts). */
const read = (name: string) => Deno.readFileSync(new URL(`../../kernels/cpu/${name}`, import.meta.url));

/** With WebAssembly's relaxed operations. */
export const relaxed: Uint8Array<ArrayBuffer> = read("kernels.wasm");

/** Without them. */
export const plain: Uint8Array<ArrayBuffer> = read("plain.wasm");
