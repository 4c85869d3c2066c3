/**
 * What a coordinator and its worker processes say to each other: a JSON object a line, over standard input and output.
 *
 * @module
 */
import { MAX_MESSAGE } from "../boundary/patterns.ts";
import type { TrialCheckpoint } from "../checkpoint.ts";
import type { CodeIdentity } from "../code.ts";
import type { PlanDescription } from "../expand.ts";
import type { StepRow, TrialRecord } from "../record.ts";

/** What a worker process is started with. */
export interface WorkerSetup {
  /** Address of the plan file. */
  readonly plan: string;
  /** `auto` and the like. */
  readonly device: string;
  /** Threads of the cpu device. */
  readonly threads: number;
  /** The library's version. */
  readonly version: string;
  /** Whether it says what trials report while they run. Default: it does not. */
  readonly watched?: boolean;
}

/** What a worker is told. At the end of its input it ends. */
export type ToWorker =
  | {
    readonly type: "run";
    readonly trial: string;
    readonly attempt: number;
    /** What an earlier attempt kept, to go on from. */
    readonly checkpoint: TrialCheckpoint | null;
  }
  /** Ends the running trial, if it listens to its signal. */
  | { readonly type: "abort"; readonly reason: string };

/** What a worker process says about itself once it has read the plan. */
export interface Introduction {
  readonly plan: PlanDescription;
  readonly code: CodeIdentity;
  /** The kind of device that it would use. */
  readonly device: string;
}

/** What a worker says. */
export type FromWorker =
  | { readonly type: "ready"; readonly introduction: Introduction }
  /** The plan cannot be used. */
  | { readonly type: "broken"; readonly error: string; readonly usage: boolean }
  /** Every half second: how long the thread that runs the trial has given no sign. */
  | { readonly type: "beat"; readonly silent: number }
  | { readonly type: "log"; readonly trial: string | null; readonly line: string }
  /** Some of what the trial reported lately. */
  | { readonly type: "steps"; readonly trial: string; readonly rows: readonly StepRow[] }
  /** Where the trial stands. */
  | { readonly type: "checkpoint"; readonly trial: string; readonly checkpoint: TrialCheckpoint }
  | { readonly type: "record"; readonly trial: string; readonly record: TrialRecord }
  /** The trial ended because it was told to. */
  | { readonly type: "aborted"; readonly trial: string }
  /** The thread that runs trials is gone: a trial ended it. */
  | { readonly type: "ended"; readonly trial: string | null; readonly how: string };

/** Begins each line of the protocol: whatever else a trial writes to standard output is no message. */
export const MARK = "\x1e";

/** Milliseconds between two signs of life. */
export const BEAT = 500;

/** A message as a line. */
export function encode(message: ToWorker | FromWorker): Uint8Array {
  return new TextEncoder().encode(`${MARK}${JSON.stringify(message)}\n`);
}

/**
 * The lines of a stream of bytes; an unfinished last line is dropped, as its writer was cut short.
 *
 * @throws {RangeError} when a line is longer than any message may be
 */
export async function* lines(stream: ReadableStream<Uint8Array>, most = MAX_MESSAGE): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const [first = "", ...rest] = decoder.decode(chunk, { stream: true }).split("\n");
    parts.push(first);
    length += first.length;
    for (const piece of rest) {
      yield parts.join("");
      parts.length = 0;
      parts.push(piece);
      length = piece.length;
    }
    if (length > most) throw new RangeError(`a line of more than ${most} characters`);
  }
}
