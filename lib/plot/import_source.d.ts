/** The WebAssembly at an address, compiled. */
export declare function importSource(name: string): Promise<WebAssembly.Module>;
