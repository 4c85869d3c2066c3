/** What people pass by mistake, and how to tell an error that JavaScript made from one that the library made. */
import { device, type Tensor, tensor } from "../mod.ts";

/** A tensor of another library, as far as one can look at it. */
class Foreign {
  readonly shape = [2, 3];
  readonly dtype = "float32";
  readonly data = new Float32Array(6);
  add() {
    return this;
  }
}

/** Wrong values by name. Each call of the function makes new ones. */
export function wrongValues(): [string, unknown][] {
  return [
    ["undefined", undefined],
    ["null", null],
    ["NaN", NaN],
    ["-1", -1],
    ["0.5", 0.5],
    ["7", 7],
    ["a text", "text"],
    ["a symbol", Symbol("name")],
    ["an object of no class", Object.create(null)],
    ["a list of symbols", [Symbol("name"), Symbol("other")]],
    ["a list of objects of no class", [Object.create(null)]],
    ["true", true],
    ["an empty list", []],
    ["a list", [1, 2]],
    ["nested lists", [[1, 2], [3, 4]]],
    ["a list of nothing", [undefined, null]],
    ["an object", {}],
    ["a Promise", Promise.resolve(1)],
    ["a function", () => undefined],
    ["a function that throws nothing useful", () => 1],
    ["an async function", async () => await 1],
    ["a class", class Unused {}],
    ["a Date", new Date(0)],
    ["a Map", new Map()],
    ["a typed array", new Float32Array([1, 2])],
    ["another library's tensor", new Foreign()],
    ["an object that says it has a storage", { storage: {}, shape: [1] }],
    ["a tensor", tensor([[1, 2, 3], [4, 5, 6]])],
    ["a scalar tensor", tensor(1)],
    ["an int32 tensor", tensor([[1, 2, 3], [4, 5, 6]], { dtype: "int32" })],
    ["a uint8 tensor", tensor([[1, 2, 3], [4, 5, 6]], { dtype: "uint8" })],
    ["a bool tensor", tensor([[true, false, true], [false, true, true]])],
    ["a tensor of another device", tensor([[1, 2, 3], [4, 5, 6]], { device: other() })],
    ["a tensor that is gone", gone()],
  ];
}

let second: ReturnType<typeof device> | undefined;
const other = () => second ??= device("cpu");

function gone(): Tensor {
  const t = tensor([1]);
  t.dispose();
  return t;
}

/** How V8 begins, or what it says, when code goes wrong that did not look at what it was given. */
const FOREIGN = new RegExp(
  [
    "is not a function",
    "is not iterable",
    "is not a constructor",
    "is not defined",
    "is not a valid",
    "is not async iterable",
    "^Cannot (read|set|define|delete) propert",
    "^Cannot (read|write) private",
    "^Cannot (access|assign to read only|redefine|add property|destructure|mix BigInt|use 'in' operator)",
    "^Cannot convert (undefined|object|a (BigInt|Symbol))",
    "BigInt (to number|value)",
    "Class constructor",
    "^Invalid (array|typed array|time|count|string|date)",
    "Maximum call stack",
    "called on (null|undefined|incompatible)",
    "^(Function|Object|Reflect|Array)\\.[a-z]+ ",
    "is not an (object|entry object)",
    "Receiver must be",
    "^offset is out of bounds",
    "^undefined|^null",
    "circular structure",
    "Right-hand side of",
    "^Must (have|call)",
    "Object prototype may only",
    "Derived constructors",
    "[Uu]nexpected (token|end)",
    "Array buffer allocation",
    "precision .* argument|argument must be between",
  ].join("|"),
);

/** Whether an error was made by JavaScript rather than by the library: a mistake of the user's that nobody looked at. */
export function isForeign(error: unknown): boolean {
  for (let e = error; e !== undefined; e = e instanceof Error ? e.cause : undefined) {
    if (!(e instanceof Error)) return true;
    if (FOREIGN.test(e.message)) return true;
  }
  return false;
}

/** Names of an object's methods, its class's and those it inherits, private ones and symbols left out. */
export function namesOfMethods(object: object): string[] {
  const names = new Set<string>();
  for (let of: unknown = Object.getPrototypeOf(object); of && of !== Object.prototype; of = Object.getPrototypeOf(of)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(of))) {
      if (typeof value === "function" && name !== "constructor") names.add(name);
    }
  }
  return [...names];
}
