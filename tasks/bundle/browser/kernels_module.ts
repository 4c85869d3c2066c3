/** The cpu kernels, compiled from bytes that lie in the bundle: browsers do not know `import source`. */
import bytes from "../../../kernels/cpu/kernels.wasm";

export const kernels = new WebAssembly.Module(bytes);
