/** Data as JSON and back, to the bit: also numbers that JSON has not, and typed arrays. */

const ARRAYS = { $float32: Float32Array, $float64: Float64Array, $int32: Int32Array };

/** Data as text. NaN, the infinities and -0 are `{"$number": "NaN"}`; an array of floats is `{"$float32": […]}`. */
export function toJson(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown) => {
    if (typeof value === "number") {
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? "-0" : String(value) };
    }
    for (const [name, kind] of Object.entries(ARRAYS)) if (value instanceof kind) return { [name]: [...value] };
    return value;
  });
}

/** What {@linkcode toJson} made a text of. @throws {SyntaxError} for a text that is no JSON */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const [[name, inner] = [], more] = Object.entries(value) as [string?, unknown?][];
    if (name === undefined || more) return value;
    if (name === "$number" && typeof inner === "string") return Number(inner);
    return Object.hasOwn(ARRAYS, name) && Array.isArray(inner) && inner.every((x) => typeof x === "number")
      ? ARRAYS[name as keyof typeof ARRAYS].from(inner)
      : value;
  });
}
