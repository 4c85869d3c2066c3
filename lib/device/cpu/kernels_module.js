// @ts-self-types="./kernels_module.d.ts"
import source kernels from "../../../kernels/cpu/kernels.wasm";
export { kernels };
