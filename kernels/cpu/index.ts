// deno-fmt-ignore-file -- AssemblyScript: the formatter would drop the decorators
// deno-lint-ignore-file
/** The module's exports: running, helping, and the places of kernels and pointwise instructions in the function table. */
import { setScratch } from "./command";
import { setOdometer } from "./strided";
export { begin, finish, help, run } from "./control";
export { instruction } from "./instructions";
export { kernel } from "./table";

/** First address that static data leaves free. */
export function heapBase(): usize {
  return __heap_base;
}

/** Tells this thread where its memory lies: scratch memory, and the odometer. */
export function setThread(scratchStart: usize, odometerStart: usize): void {
  setScratch(scratchStart);
  setOdometer(odometerStart);
}
