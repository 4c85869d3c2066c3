/**
 * Makes sound input unsound: bytes, JSON values, and lists of arguments.
 *
 * @module
 */
import type { Mulberry32 } from "../mulberry32.ts";

const BYTES = [0, 1, 0x7f, 0x80, 0xff, 0x1f, 0x8b, 0x0a, 0x22, 0x7b];

/** Bytes with one to four changes: bits turned, runs cut out, doubled or overwritten, the end cut off. */
export function mutateBytes(bytes: Uint8Array, chance: Mulberry32): Uint8Array<ArrayBuffer> {
  let changed = bytes.slice();
  for (let n = 1 + chance.below(4); n > 0; n--) {
    const at = chance.below(changed.length + 1), length = chance.below(1 + Math.min(64, changed.length - at));
    const before = changed.subarray(0, at),
      run = changed.subarray(at, at + length),
      rest = changed.subarray(at + length);
    switch (chance.below(6)) {
      case 0:
        if (at < changed.length) changed[at]! ^= 1 << chance.below(8);
        break;
      case 1:
        if (at < changed.length) changed[at] = chance.pick(BYTES);
        break;
      case 2:
        changed = Uint8Array.from([...before, ...rest]);
        break;
      case 3:
        changed = Uint8Array.from([...before, ...run, ...run, ...rest]);
        break;
      case 4:
        changed = before.slice();
        break;
      default:
        changed.fill(chance.pick(BYTES), at, at + length);
    }
  }
  return changed;
}

/** What stands in the place of a value. */
const VALUES: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => "",
  () => -1,
  () => 0.5,
  () => 1e308,
  () => Number.MAX_SAFE_INTEGER + 1,
  () => [],
  () => ({}),
  () => [[]],
  () => "\u0000",
  () => "\ud800",
  () => "../../../etc/passwd",
  () => "__proto__",
  () => "x".repeat(70_000),
  () => ({ length: 3 }),
  () => ({ toString: 1, valueOf: 1, then: 1 }),
  () => JSON.parse(`{"__proto__": {"polluted": true}}`),
  () => JSON.parse("1e999"),
  () => JSON.parse("[".repeat(500) + "]".repeat(500)),
];

const KEYS = ["__proto__", "constructor", "toString", "length", "", "\ud800", "0", "type", "then"];

/** Where something stands: the list or object around it, and its key. */
interface Place {
  readonly around: Record<string, unknown>;
  readonly key: string;
}

/** Every place in a value; `leaf` says what is not looked into. */
function placesIn(value: unknown, leaf: (value: unknown) => boolean): Place[] {
  if (typeof value !== "object" || value === null || leaf(value)) return [];
  const around = value as Record<string, unknown>;
  return Object.keys(around).flatMap((key) => [{ around, key }, ...placesIn(around[key], leaf)]);
}

/** A copy that shares the leaves. */
function copy(value: unknown, leaf: (value: unknown) => boolean): unknown {
  if (typeof value !== "object" || value === null || leaf(value)) return value;
  if (Array.isArray(value)) return value.map((item) => copy(item, leaf));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item, leaf)]));
}

/** A value with one to three changes: something replaced, taken out, added, or put where another thing was. */
export function mutateValue(
  value: unknown,
  chance: Mulberry32,
  { leaf = () => false, more = [] }: { leaf?: (value: unknown) => boolean; more?: readonly unknown[] } = {},
): unknown {
  const root = { value: copy(value, leaf) };
  const odd = () => more.length > 0 && chance.next() < 0.4 ? chance.pick(more) : chance.pick(VALUES)();
  for (let n = 1 + chance.below(3); n > 0; n--) {
    const places = placesIn(root, leaf), { around, key } = chance.pick(places);
    switch (chance.below(5)) {
      case 0:
        delete around[key];
        break;
      case 1: {
        const other = chance.pick(places);
        around[key] = copy(other.around[other.key], leaf);
        break;
      }
      case 2: {
        const added = chance.pick(KEYS);
        if (Array.isArray(around)) break; // no JSON gives a list a name
        Object.defineProperty(around, added, { value: odd(), enumerable: true, configurable: true, writable: true });
        break;
      }
      default:
        around[key] = odd();
    }
    if (!Object.hasOwn(root, "value")) break;
  }
  return root.value;
}

/** A text of JSON, changed as a value or as bytes. */
export function mutateJson(value: unknown, chance: Mulberry32): Uint8Array<ArrayBuffer> {
  const bytes = (json: unknown) => new TextEncoder().encode(JSON.stringify(json) ?? "");
  return chance.next() < 0.7 ? bytes(mutateValue(value, chance)) : mutateBytes(bytes(value), chance);
}

const WORDS = [
  "",
  "-",
  "--",
  "--=",
  "-x",
  "--help",
  "--json",
  "--out",
  "--out=",
  "--runs=",
  "--nats",
  "--seed=-1",
  "\u0000",
  "\x1b[2J",
  "é",
  "=",
  "1e9",
  "NaN",
  "99999999999999999999",
  "all",
  "list",
  "nats://a:b@c",
  "nats://a:b",
  "../..",
  "\ud800",
]; // deno-fmt-ignore

/** Arguments with one to three changes. */
export function mutateArguments(args: readonly string[], chance: Mulberry32): string[] {
  const changed = [...args];
  for (let n = 1 + chance.below(3); n > 0; n--) {
    const at = chance.below(changed.length + 1), word = changed[at];
    switch (chance.below(4)) {
      case 0:
        changed.splice(at, 1);
        break;
      case 1:
        changed.splice(at, 0, chance.pick(WORDS));
        break;
      case 2:
        changed.splice(at, 0, chance.pick(args));
        break;
      default:
        if (word !== undefined) {
          changed[at] = new TextDecoder().decode(mutateBytes(new TextEncoder().encode(word), chance));
        }
    }
  }
  return changed;
}
