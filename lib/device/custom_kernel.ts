/** Kernels that users bring: what a device is told of them. */

/** Numbers that a host implementation writes: of 32 bits on the cpu device, of 64 on the reference device. */
export type Floats = Float32Array | Float64Array;

/** A user's kernel, twice: as WGSL and as a function on the CPU. Text and function call everything by the same names. */
export interface CustomKernel {
  /** What messages call it. */
  readonly name: string;
  /** Names of the inputs. */
  readonly inputs: readonly string[];
  /** Names of the run-time numbers. */
  readonly numbers: readonly string[];
  /** Defines `fn kernel(i: u32)`; see webgpu/lower/custom.ts for what it may use. */
  readonly wgsl: string;
  /** Takes the inputs by name, their shapes (`xShape`), `out`, `outShape` and the numbers; fills `out` and returns nothing. */
  readonly cpu: (values: never) => unknown;
}
