/** The cpu kernels of a bundle: those that the engine can run, for memory that is shared or not. */
import { plain, relaxed } from "./kernel_files.ts";

/** The import of the memory as both modules have it: module, name, kind, and the limits' flags, of which bit 1 says that it is shared. */
const MEMORY = [3, ...letters("env"), 6, ...letters("memory"), 2];
const SHARED_FLAG = 2;

function letters(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}

/** A module that differs in that its memory is not shared. Instructions for threads may stay: they are valid there too. */
export function withUnsharedMemory(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(module);
  // Imports come first, long before any data in which the same bytes might stand.
  const at = copy.findIndex((_, i) => MEMORY.every((byte, k) => copy[i + k] === byte)) + MEMORY.length;
  if (at < MEMORY.length || !(copy[at]! & SHARED_FLAG)) {
    throw new Error("Cannot open the cpu device: its kernels do not import a shared memory");
  }
  copy[at]! &= ~SHARED_FLAG;
  return copy;
}

/** The kernels, compiled: with relaxed operations where the engine knows them. */
export function compileKernels(shared: boolean): WebAssembly.Module {
  const bytes = WebAssembly.validate(relaxed) ? relaxed : plain;
  return new WebAssembly.Module(shared ? bytes : withUnsharedMemory(bytes));
}
