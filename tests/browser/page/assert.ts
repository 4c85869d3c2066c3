/** The assertions that tests use, for a page. */

export class AssertionError extends Error {
  override name = "AssertionError";
}

const show = (value: unknown): string => {
  if (ArrayBuffer.isView(value)) return `[${value}]`;
  return typeof value === "object" ? JSON.stringify(value) ?? String(value) : String(value);
};

export function fail(message?: string): never {
  throw new AssertionError(message ?? "failed");
}

export function ok(value: unknown, message?: string): asserts value {
  if (!value) fail(message ?? `${show(value)} is not true`);
}

export function equal(found: unknown, expected: unknown, message?: string): void {
  if (!Object.is(found, expected)) fail(`${message ?? ""} expected ${show(expected)}, found ${show(found)}`.trim());
}

export function notEqual(found: unknown, other: unknown, message?: string): void {
  if (Object.is(found, other)) fail(message ?? `found ${show(found)}`);
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Map || a instanceof Set) return same([...a], [...b as Iterable<unknown>]);
  const keys = Object.keys(a), others = b as Record<string, unknown>;
  return keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same((a as Record<string, unknown>)[key], others[key]));
}

export function deepEqual(found: unknown, expected: unknown, message?: string): void {
  if (!same(found, expected)) fail(`${message ?? ""} expected ${show(expected)}, found ${show(found)}`.trim());
}

export function notDeepEqual(found: unknown, other: unknown, message?: string): void {
  if (same(found, other)) fail(message ?? `found ${show(found)}`);
}

export function match(found: string, pattern: RegExp, message?: string): void {
  if (!pattern.test(found)) fail(message ?? `${found} does not match ${pattern}`);
}

type Expected = RegExp | (new (...args: never[]) => Error) | ((error: unknown) => boolean) | Record<string, unknown>;

function check(error: unknown, expected: Expected | undefined): void {
  if (expected === undefined || typeof expected === "string") return;
  if (expected instanceof RegExp) return match(String(error), expected);
  if (typeof expected === "object") {
    for (const [key, value] of Object.entries(expected)) {
      const found = Reflect.get(error as object, key);
      if (value instanceof RegExp) match(String(found), value);
      else deepEqual(found, value, key);
    }
    return;
  }
  if (expected.prototype instanceof Error || expected === Error) {
    return ok(error instanceof (expected as typeof Error), `${error} is no ${expected.name}`);
  }
  ok((expected as (error: unknown) => boolean)(error), `${error} is not as expected`);
}

export function throws(run: () => unknown, expected?: Expected): void {
  try {
    run();
  } catch (error) {
    return check(error, expected);
  }
  fail("nothing was thrown");
}

export async function rejects(run: Promise<unknown> | (() => Promise<unknown>), expected?: Expected): Promise<void> {
  try {
    await (typeof run === "function" ? run() : run);
  } catch (error) {
    return check(error, expected);
  }
  fail("it was not rejected");
}

export default Object.assign(ok, {
  AssertionError,
  deepEqual,
  equal,
  fail,
  match,
  notDeepEqual,
  notEqual,
  ok,
  rejects,
  throws,
  strictEqual: equal,
  deepStrictEqual: deepEqual,
});
