/** The part of Deno that tests name, in a page: tests are collected, and files come from the checkout, by the server of the test. */
import { fewer } from "./fewer.ts";

/** Runs a part of a test. */
interface Context {
  step(name: string, run: () => void | Promise<void>): Promise<void>;
}

/** A test, as `Deno.test` takes it. */
interface Test {
  readonly name: string;
  readonly ignore?: boolean;
  readonly fn: (context: Context) => void | Promise<void>;
}

/** The tests of all modules that were imported, in order. */
export const tests: Test[] = [];

function test(first: string | Test, fn?: Test["fn"]): void {
  tests.push(typeof first === "string" ? { name: first, fn: fn! } : first);
}

/** What it is called with is the default device of the tests. */
const env = { get: (name: string) => name === "SONDE_TEST_DEVICES" ? "webgpu" : undefined };

const denied = { state: "denied" };

/** The one way of a page to wait for an answer; its types are not among Deno's. */
declare class XMLHttpRequest {
  readonly status: number;
  readonly responseText: string;
  open(method: "GET", url: URL, later: false): void;
  send(): void;
}

/** A file as text, at once: the page waits. Of goldens it gets {@linkcode fewer}. */
export function readFileSync(url: URL): string {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.send();
  if (request.status !== 200) throw new Error(`Cannot read ${url}: ${request.status}`);
  return fewer(request.responseText);
}

export const Deno = {
  test,
  env,
  permissions: { query: () => Promise.resolve(denied), querySync: () => denied },
  errors: { NotFound: class extends Error {} },
  inspect: String,
  build: { os: "browser" },
  stderr: { isTerminal: () => false },
  readTextFileSync: readFileSync,
};
