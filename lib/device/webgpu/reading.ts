/** How a kernel's text reads elements of the heap: as single words, or four neighbours at once where the heap is viewed in fours. */
import type { Operand } from "../operand.ts";

/** How a module views the heap: as words, or as vectors of four. */
export type HeapView = "u32" | "vec4<u32>";

/** WGSL of the word at a place, which is counted in words. */
export const wordAt = (place: string, heap: HeapView): string =>
  heap === "u32" ? `heap[${place}]` : `heap[(${place}) >> 2u][(${place}) & 3u]`;

/** WGSL of the four words from a place on, in a heap of fours; the place is counted in words, and a multiple of four. */
export const fourAt = (place: string): string => `heap[(${place}) >> 2u]`;

/** WGSL of the element of float16 at a place, which is counted in halves. */
export const halfAt = (place: string, heap: HeapView): string =>
  `halfOf(${wordAt(`(${place}) >> 1u`, heap)}, ${place})`;

/** WGSL of four neighbours of float16 in a heap of fours, of which each holds two fours; the place is counted in halves, and a multiple of four. */
export const fourHalvesAt = (place: string): string => `fourHalves(heap[(${place}) >> 3u], (${place}) >> 2u)`;

/** WGSL of `fn float32At(place: i32) -> f32`: the element at a word; or of `float16At`, the element at a half. */
export const elementReader = (heap: HeapView, halves: boolean): string =>
  halves
    ? `fn float16At(place: i32) -> f32 {\n  return ${halfAt("u32(place)", heap)};\n}\n`
    : `fn float32At(place: i32) -> f32 {\n  return bitcast<f32>(${wordAt("u32(place)", heap)});\n}\n`;

/** WGSL of `fn float32FourAt(place: i32) -> vec4<f32>`, or `float16FourAt`: four neighbours, of which the first is at a multiple of four. */
export const fourReader = (halves: boolean): string =>
  halves
    ? `fn float16FourAt(place: i32) -> vec4<f32> {\n  return ${fourHalvesAt("u32(place)")};\n}\n`
    : `fn float32FourAt(place: i32) -> vec4<f32> {\n  return bitcast<vec4<f32>>(${fourAt("u32(place)")});\n}\n`;

/** Whether an operand begins at a multiple of four words, as the memory of every value does. */
export const isAligned = ({ offset, dynamic }: Operand): boolean => offset % 4 === 0 && dynamic < 0;
