/** No mistake in a call is answered by JavaScript's own words, such as "x.node is not a function": all that is public is called wrongly. */
import assert from "node:assert/strict";
import * as sonde from "../mod.ts";
import { isForeign, namesOfMethods, wrongValues } from "./wrong_arguments.ts";

const { autograd, data, F, learner, nn, ones, optim, plot, Tensor, tensor, zeros } = sonde;
const reference = sonde.setDefaultDevice("reference");

type Call = (...args: readonly unknown[]) => unknown;

const x = () => tensor([[1, 2, 3], [4, 5, 6]]);

/** Right arguments before the wrong one: without them, nothing gets as far as the second. */
const BEFORE: readonly (() => unknown[])[] = [() => [], () => [x()], () => [1], () => [x(), x()], () => [1, x()]];

const forms = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** Calls with wrong values at each place that must be given; says which of them JavaScript answered. */
async function mistakes(call: Call, required: number): Promise<string[]> {
  const answered: string[] = [];
  const attempt = async (what: string, args: readonly unknown[]) => {
    try {
      const result = await Promise.race([call(...args), new Promise((resolve) => setTimeout(resolve, 50))]);
      if (result instanceof Tensor) await result.toTypedArray();
    } catch (error) {
      if (isForeign(error)) answered.push(`${what}: ${forms(error)}`);
    } finally {
      sonde.setDefaultDevice(reference);
    }
  };
  for (const before of BEFORE) {
    if (before().length >= Math.max(1, required)) continue;
    for (const [what, value] of wrongValues()) {
      if (value === null && required === 0) continue; // options, which options_test.ts looks at
      const given = before();
      await attempt(`(${given.length} right, ${what})`, [...given, value]);
      await attempt(`(${given.length} right, ${what}, a tensor)`, [...given, value, x()]);
    }
  }
  await attempt("()", []);
  return answered;
}

/** Calls that are looked at elsewhere, or that no mistake of a user's reaches, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "new Tensor": "for the library alone",
  "Tensor#assign": "for the library alone",
  "new Recurrent": "for the library alone",
  "new DeviceFaultError": "made by devices",
  "new NonFiniteError": "made by NonFiniteCB",
  "new Interpretation": "made by interpret",
  "data.loadRaw": "it would fetch data",
  "plot.saveText": "it would write files",
  "plot.saveBytes": "it would write files",
  "Chart#save": "it would write files",
  setPrintOptions: "options are looked at by options_test.ts",
  defineSweep: "plans are checked by tests of sweeps",
};

/** Methods that only subclasses call, and what would write files. */
const OTHERS = /#(save|update|decayed|checkSettings|checkChannels|run)$|^saveSafetensors$/;

/** Errors are made with a message, and one that has no text is for `new Error` itself to refuse. */
const MESSAGES = /^new .*(Error|Exception)$/, WITHOUT_TEXT = /Cannot convert (a Symbol value|object) to/;

const passedOver = (name: string) => key(name) in ELSEWHERE || OTHERS.test(name);

const isClass = (value: unknown): value is new (...args: readonly unknown[]) => object =>
  typeof value === "function" && Object.getOwnPropertyDescriptor(value, "prototype")?.writable === false;

/** Everything that can be called in a namespace: functions, constructors, functions of classes. */
function* callsOf(prefix: string, space: object): Generator<[string, Call, number]> {
  for (const [name, value] of Object.entries(space)) {
    if (isClass(value)) {
      yield [`new ${prefix}${name}`, (...args) => new value(...args), value.length];
      for (const own of Object.getOwnPropertyNames(value)) {
        const member: unknown = Object.getOwnPropertyDescriptor(value, own)!.value;
        if (typeof member !== "function" || own === "prototype") continue;
        yield [`${prefix}${name}.${own}`, (...args) => Reflect.apply(member, value, args), member.length];
      }
    } else if (typeof value === "function") yield [`${prefix}${name}`, value as Call, value.length];
  }
}

/** Everything that can be called on an object. */
function* methodsOf(name: string, make: () => object): Generator<[string, Call, number]> {
  for (const method of namesOfMethods(make())) {
    const { length } = Reflect.get(make(), method) as Call;
    yield [`${name}#${method}`, (...args) => {
      const object = make();
      return Reflect.apply(Reflect.get(object, method) as Call, object, args);
    }, length];
  }
}

const parameters = () => [zeros([2], { requiresGrad: true })];
const rows = () => new data.TensorDataset(ones([4, 3]), ones([4, 2]));
const loaders = () => data.DataLoaders.of(rows(), rows());

/** Objects whose methods are called wrongly. */
const OBJECTS: Readonly<Record<string, () => object>> = {
  Tensor: x,
  Generator: () => new sonde.Generator(1),
  Linear: () => new nn.Linear(3, 2),
  Sequential: () => new nn.Sequential(new nn.Linear(3, 2)),
  ModuleList: () => new nn.ModuleList([new nn.Linear(3, 2)]),
  ModuleDict: () => new nn.ModuleDict({ a: new nn.Linear(3, 2) }),
  ParameterList: () => new nn.ParameterList([nn.parameter(zeros([2]))]),
  LSTM: () => new nn.LSTM(3, 2),
  MultiheadAttention: () => new nn.MultiheadAttention(2, 1),
  Conv2d: () => new nn.Conv2d(1, 2, 3),
  ConvTranspose1d: () => new nn.ConvTranspose1d(1, 2, 3),
  BatchNorm1d: () => new nn.BatchNorm1d(3),
  Embedding: () => new nn.Embedding(3, 2),
  SGD: () => new optim.SGD(parameters(), { lr: 0.1 }),
  Adam: () => new optim.Adam(parameters()),
  RMSProp: () => new optim.RMSProp(parameters(), { lr: 0.1 }),
  TensorDataset: rows,
  DataLoaders: loaders,
  DataLoader: () => new data.DataLoader(rows()),
  DictDataset: () => new data.DictDataset({ a: [1, 2], b: [3, 4] }),
  Hooks: () => new learner.Hooks([new nn.Linear(3, 2)], () => {}),
  Learner: () => sonde.Learner.of(new nn.Linear(3, 2), loaders()).loss(F.mseLoss),
  Chart: () => plot.lineChart({ x: { title: "x" }, y: { title: "y" }, lines: [] }),
};

/** What is at the top, without what is there twice. */
const TOP = Object.fromEntries(
  Object.entries(sonde).filter(([name, value]) => typeof value === "function" && !(name in learner)),
);
const { functional: _functional, init, ...layers } = nn;

const ALL: readonly [string, Call, number][] = [
  ...callsOf("", TOP),
  ...callsOf("autograd.", autograd),
  ...callsOf("nn.", layers),
  ...callsOf("F.", F),
  ...callsOf("nn.init.", init),
  ...callsOf("optim.", optim),
  ...callsOf("data.", data),
  ...callsOf("plot.", plot),
  ...callsOf("learner.", learner),
  ...Object.entries(OBJECTS).flatMap(([name, make]) => [...methodsOf(name, make)]),
];

const key = (name: string) => name.replace(/^new (data|learner|nn|optim|plot)\./, "new ");

Deno.test("wrong arguments: all that is public is looked at", () => {
  assert.ok(ALL.length > 500, `found ${ALL.length}`);
  const names = new Set(ALL.map(([name]) => key(name)));
  assert.deepEqual(Object.keys(ELSEWHERE).filter((name) => !names.has(name)), [], "no longer there");
});

for (const group of new Set(ALL.map(([name]) => name.replace(/^new /, "").split(/[.#]/)[0]!))) {
  const calls = ALL.filter(([name]) => name.replace(/^new /, "").split(/[.#]/)[0] === group);
  if (calls.every(([name]) => passedOver(name))) continue;
  Deno.test({
    name: `wrong arguments are answered in words of Sonde's: ${group}`,
    sanitizeOps: false, // what was begun by a call that was not wrong is not waited for
    sanitizeResources: false,
    async fn() {
      const late: string[] = [];
      const onLate = (event: PromiseRejectionEvent) => {
        event.preventDefault();
        if (isForeign(event.reason)) late.push(`later: ${forms(event.reason)}`);
      };
      const { warn } = console;
      console.warn = () => {};
      globalThis.addEventListener("unhandledrejection", onLate);
      try {
        const answered: string[] = [];
        for (const [name, call, required] of calls) {
          if (passedOver(name)) continue;
          const found = [...await mistakes(call, required), ...late.splice(0)];
          answered.push(
            ...found.filter((text) => !(MESSAGES.test(name) && WITHOUT_TEXT.test(text))).map((text) =>
              `${name} ${text}`
            ),
          );
        }
        assert.deepEqual(answered, []);
      } finally {
        console.warn = warn;
        globalThis.removeEventListener("unhandledrejection", onLate);
      }
    },
  });
}

/** Options that take more than a number, and calls with them. */
const OPTIONS: readonly [string, (value: never) => unknown][] = [
  ["bias of conv2d", (bias) => F.conv2d(ones([1, 1, 4, 4]), ones([2, 1, 3, 3]), { bias })],
  ["bias of conv1d", (bias) => F.conv1d(ones([1, 1, 4]), ones([2, 1, 3]), { bias })],
  ["bias of convTranspose2d", (bias) => F.convTranspose2d(ones([1, 1, 4, 4]), ones([1, 2, 3, 3]), { bias })],
  ["bias of convTranspose1d", (bias) => F.convTranspose1d(ones([1, 1, 4]), ones([1, 2, 3]), { bias })],
  ["bias of linear", (bias) => F.linear(x(), ones([2, 3]), bias)],
  ...(["weight", "bias", "runningMean", "runningVar"] as const).flatMap((
    name,
  ): [string, (value: never) => unknown][] => [
    [`${name} of batchNorm`, (value) => F.batchNorm(x(), { training: true, [name]: value })],
    [`${name} of instanceNorm`, (value) => F.instanceNorm(ones([1, 3, 4, 4]), { [name]: value })],
    [`${name} of layerNorm`, (value) => F.layerNorm(x(), [3], { [name]: value })],
    [`${name} of groupNorm`, (value) => F.groupNorm(ones([2, 4, 2]), 2, { [name]: value })],
  ]),
  ["generator of randn", (generator) => sonde.randn([2], { generator })],
  ["generator of randperm", (generator) => sonde.randperm(3, { generator })],
  ["generator of normal_", (generator) => x().normal_(0, 1, { generator })],
  ["generator of Linear", (generator) => new nn.Linear(2, 2, { generator })],
  ["generator of truncNormal_", (generator) => init.truncNormal_(x(), { generator })],
  ["generator of orthogonal_", (generator) => init.orthogonal_(x(), { generator })],
  ["generator of dropout", (generator) => F.dropout(x(), { generator })],
  ["generator of DataLoaders", (generator) => loaders1(generator).oneBatch()],
  ["shape of ImageDataset", (shape) => new data.ImageDataset(split(), { shape })],
  ["range of ActivationStats", (range) => new learner.ActivationStats(undefined, { range })],
  ["modules of HooksCallback", (modules) => new learner.HooksCallback(() => {}, { modules })],
  ["cbs of a Learner", (cbs) => new learner.Learner(new nn.Linear(3, 2), loaders(), F.mseLoss, { cbs })],
  ["activations of diagnose", (activations) => learner.diagnose({ activations })],
  [
    "deadSince of diagnose",
    (deadSince) => learner.diagnose({ activations: [{ name: "", mean: [], std: [], deadSince }] }),
  ],
  ["records of diagnose", (records) => learner.diagnose({ records })],
  ["batches of diagnose", (batches) => learner.diagnose({ records: { batches, parameters: [], modes: [], left: [] } })],
  ["parameters of diagnose", (parameters) => learner.diagnose({ parameters })],
  ["setup of diagnose", (setup) => learner.diagnose({ setup })],
  ["losses of diagnose", (losses) => learner.diagnose({ losses })],
  ["weight of lerp", (weight) => x().lerp(x(), weight)],
  ["bounds of clamp", (bound) => x().clamp(bound, bound)],
];
const loaders1 = (generator: never) => data.DataLoaders.of(rows(), rows(), { generator });
const split = () => ({ images: new Uint8Array(4), labels: new Uint8Array(1), count: 1 });

Deno.test({
  name: "wrong options are answered in words of Sonde's",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const answered: string[] = [];
    for (const [name, call] of OPTIONS) {
      answered.push(...(await mistakes(call as Call, 1)).map((text) => `${name} ${text}`));
    }
    assert.deepEqual(answered, []);
  },
});

Deno.test("wrong arguments: the test knows JavaScript's words from Sonde's", () => {
  const broken: [Call, boolean][] = [
    [() => (undefined as unknown as { node: unknown }).node, true],
    [() => (({}) as { node: () => void }).node(), true],
    [() => [...(5 as unknown as unknown[])], true],
    [() => ((({ a }: { a?: unknown }) => a) as Call)(null), true],
    [() => new Array(-1), true],
    [() => {
      throw "a text";
    }, true],
    [() => x().matmul(5 as never), false],
    [() => x().sum(9), false],
    [() => new nn.Linear(-1, 2), false],
  ];
  for (const [call, foreign] of broken) {
    assert.throws(call, (error) => isForeign(error) === foreign, String(call));
  }
});
