/** Looks through a field's value for modules and tensors that a module does not see there, and so would not train. */

/** Something that was found in a container, and where. */
export interface Hidden {
  /** What holds it: an array, an object, a Map or a Set. */
  readonly container: string;
  /** As one would write it in code, from the field's name on: `layers[0].a`. */
  readonly path: string;
  readonly value: unknown;
}

/**
 * The first value for which `isHidden` holds in arrays, plain objects, Maps and Sets, at any depth. Instances of classes are not looked into:
 * they have private fields, and may hold a module for reasons of their own.
 *
 * @param path the container's own
 */
export function findHidden(
  container: unknown,
  path: string,
  isHidden: (value: unknown) => boolean,
  seen: Set<object> = new Set(),
): Hidden | undefined {
  const kind = kindOf(container);
  if (!kind || seen.has(container as object)) return undefined;
  seen.add(container as object);
  for (const [key, value] of entriesOf(container as object)) {
    if (typeof value !== "object" || value === null) continue;
    const at = path + key;
    if (isHidden(value)) return { container: kind, path: at, value };
    const found = findHidden(value, at, isHidden, seen);
    if (found) return { ...found, container: kind };
  }
  return undefined;
}

function kindOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) return "array";
  if (value instanceof Map) return "Map";
  if (value instanceof Set) return "Set";
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? "object" : undefined;
}

/** Values of a container, each with the code that takes it out. A Map's keys count as values. */
function* entriesOf(container: object): Generator<[string, unknown]> {
  if (Array.isArray(container)) {
    for (let i = 0; i < container.length; i++) yield [`[${i}]`, container[i]];
  } else if (container instanceof Map) {
    let i = 0;
    for (const [key, value] of container) {
      const shown = typeof key === "string" ? JSON.stringify(key) : typeof key === "number" ? String(key) : `key ${i}`;
      yield [`.get(${shown})`, value];
      yield [`.keys()[${i++}]`, key];
    }
  } else if (container instanceof Set) {
    let i = 0;
    for (const value of container) yield [`.values()[${i++}]`, value];
  } else {
    for (const key of Object.keys(container)) {
      yield [/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`, Reflect.get(container, key)];
    }
  }
}
