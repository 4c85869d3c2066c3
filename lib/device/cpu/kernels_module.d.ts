/** The compiled kernels. (`deno check` cannot parse source-phase imports, hence this pair of files.) */
export declare const kernels: WebAssembly.Module;
