/**
 * What is given mutants: whatever reads something that somebody else may have written.
 *
 * @module
 */
import { DataFileError, gunzip, parseIdx } from "../../lib/data/idx.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { Sequential } from "../../lib/nn/sequential.ts";
import { Adam } from "../../lib/optim/adam.ts";
import { parseServers, publicUrl } from "../../lib/sweep/nats/address.ts";
import { ones, zeros } from "../../lib/tensor/create.ts";
import { Tensor } from "../../lib/tensor/tensor.ts";
import { readCommandLine, UsageError } from "../cli.ts";
import { readRequest as readLessonRequest } from "../lesson/request.ts";
import { mismatch } from "../notebooks/document.ts";
import { parseNotebook } from "../notebooks/form.ts";
import { readRequest as readNotebooksRequest } from "../notebooks/request.ts";
import { readReportRequest } from "../sweep/report_request.ts";
import { readSweepRequest, readWorkerRequest } from "../sweep/request.ts";
import { mutateArguments, mutateBytes, mutateJson, mutateValue } from "./mutate.ts";
import { messages, store } from "./sweeps.ts";
import { checkpoints, safetensors } from "./tensors.ts";
import { attempt, isForm, type Trial } from "./trial.ts";

const isDataFile = (error: unknown) => error instanceof DataFileError;

function idx(): Trial {
  const images = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 4, ...Array(32).keys()]);
  const labels = Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 5, 1, 2, 3, 4, 5]);
  return (chance) =>
    attempt(() => {
      const { shape, data } = parseIdx(mutateBytes(chance.pick([images, labels]), chance), "mutant");
      const size = shape.reduce((product, n) => product * n, 1);
      if (size !== data.length) throw new Error(`a shape of ${size} elements for ${data.length}`);
    }, isDataFile);
}

async function gzip(): Promise<Trial> {
  const content = Uint8Array.from({ length: 3000 }, (_, i) => (i * i) >> 3);
  const stream = new Blob([content]).stream().pipeThrough(new CompressionStream("gzip"));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  return (chance) =>
    attempt(async () => {
      const { length } = await gunzip(mutateBytes(packed, chance), "mutant", 4000);
      if (length > 4000) throw new Error(`${length} bytes`);
    }, isDataFile);
}

function notebooks(): Trial {
  const notebook = {
    cells: [
      { cell_type: "markdown", id: "a", metadata: {}, source: ["# one\n", "two"] },
      {
        cell_type: "code",
        execution_count: 1,
        id: "b",
        metadata: {},
        outputs: [
          { output_type: "stream", name: "stdout", text: ["hello\n"] },
          { output_type: "execute_result", execution_count: 1, data: { "text/plain": "7" }, metadata: {} },
        ],
        source: "3 + 4",
      },
    ],
    metadata: { sonde: { code: "c", outputs: "o" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return (chance) =>
    attempt(async () => {
      await mismatch(parseNotebook(new TextDecoder().decode(mutateJson(notebook, chance)), "mutant.ipynb"), {
        setup: "",
        version: "",
      });
    }, isForm);
}

function states(): Trial {
  const model = new Sequential(new Linear(3, 2), new Linear(2, 1)),
    optimiser = new Adam(model.parameters(), { lr: 0.1 });
  for (const p of model.parameters()) p.grad = ones(p.shape);
  optimiser.step();
  const state = model.stateDict(), memory = optimiser.stateDict();
  const leaf = (value: unknown) => value instanceof Tensor;
  const more = [
    zeros([2]),
    zeros([3, 2]),
    zeros([]),
    zeros([2, 3], { dtype: "int32" }),
    undefined,
    () => 1,
    Symbol("s"),
    7n,
  ];
  const isMeant = (error: unknown) =>
    (error instanceof RangeError || error instanceof TypeError) && error.message.startsWith("Cannot load this state");
  return (chance) => {
    if (chance.next() < 0.5) {
      const mutant = mutateValue(state, chance, { leaf, more }) as typeof state;
      return attempt(() => model.loadStateDict(mutant, { strict: chance.next() < 0.7 }), isMeant);
    }
    return attempt(
      () => optimiser.loadStateDict(mutateValue(memory, chance, { leaf, more }) as typeof memory),
      isMeant,
    );
  };
}

/** Every task's command line: as it is read, nothing is run. */
function lines(): Trial {
  const plan = "tasks/sweeps/first.ts";
  const tasks: readonly (readonly [args: readonly string[], read: (args: readonly string[]) => unknown])[] = [
    [[
      "initialization",
      "--runs",
      "A1,A2",
      "--dataset",
      "mnist",
      "--threads=2",
      "--epochs",
      "3",
      "--seed",
      "1",
      "--seeds",
      "2",
      "--limit",
      "64",
      "--out",
      "out/x",
      "--resume",
      "out/y",
      "--every=0.5",
      "--json",
    ], readLessonRequest], // deno-fmt-ignore
    [[plan, "--workers", "2", "--threads", "1", "--device", "cpu", "--nats", "nats://ada:lace@host:4222", "--keep", "--retry", "--out=x", "--json"], readSweepRequest], // deno-fmt-ignore
    [[plan, "--nats", "nats://a:1,nats://b:2,nats://c:3", "--workers", "2"], readWorkerRequest],
    [["out/sweep-first", "--spreadsheet"], readReportRequest],
    [["03", "--write", "--longest", "30"], (args) => readNotebooksRequest(args, ["03_cnn", "04_relu"])],
    [
      ["plain-64", "--device", "cpu", "--threads", "2", "--seconds", "5", "--json"],
      (args) =>
        readCommandLine(args, { device: "value", threads: "value", seconds: "value", json: "flag", help: "flag" }),
    ],
    [["nats://ada:l%40ce@host:4222"], ([text = ""]) => {
      publicUrl(text);
      parseServers(text);
    }],
  ];
  return (chance) => {
    const [args, read] = chance.pick(tasks);
    return attempt(
      () => read(mutateArguments(args, chance)),
      (error) => error instanceof UsageError || (error instanceof RangeError && error.message.startsWith("expected ")),
    );
  };
}

/** Every kind of mutant, and what makes its trials; `folder` is theirs to write into. */
export const KINDS: Readonly<Record<string, (folder: string) => Trial | Promise<Trial>>> = {
  idx,
  gzip,
  store,
  messages,
  notebooks,
  states,
  safetensors,
  checkpoints,
  lines,
};
