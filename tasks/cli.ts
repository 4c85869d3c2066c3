/**
 * What every task's command line shares: reading arguments, usage errors, exit codes.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { environmentVariable } from "../lib/device/environment.ts";
import { messageOf, printable, stackOf } from "../lib/sweep/errors.ts";

/** A mistake on the command line: one line that names the bad argument and what is allowed. Exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Options by name without dashes: `value` options take one, `flag` options none, `number` options a whole number if one follows, else it is 0. */
export type Options = Readonly<Record<string, "value" | "flag" | "number">>;

/** What was read: each value option's text, each flag's presence, and the arguments without dashes. */
export interface CommandLine<O extends Options> {
  readonly values: { readonly [K in keyof O]?: O[K] extends "flag" ? true : string };
  readonly names: readonly string[];
}

/** A part of a command line, as Node reads it. */
interface Token {
  readonly kind: string;
  readonly name?: string;
  readonly value?: string | undefined;
}

/** Whether a text behind a part is its number. */
const isNumberOf = (before: Token | undefined, text: string, options: Options) =>
  before?.kind === "option" && options[before.name ?? ""] === "number" && before.value === undefined &&
  /^\d+$/.test(text);

/**
 * Reads a command line. Options may stand anywhere, as `--seed 3` or `--seed=3`; of an option given twice the last counts.
 *
 * @throws {UsageError} for an unknown option, a missing value, or a flag that is given one
 */
export function readCommandLine<O extends Options>(args: readonly string[], options: O): CommandLine<O> {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(options).map(([name, kind]) => [name, { type: kind === "value" ? "string" : "boolean" } as const]),
    ),
  });
  const values: Record<string, string | true> = {};
  const names: string[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.kind === "positional" && !isNumberOf(tokens[at - 1], token.value, options)) names.push(token.value);
    if (token.kind !== "option") continue;
    if (!Object.hasOwn(options, token.name) || token.rawName !== `--${token.name}`) {
      const allowed = Object.keys(options).map((name) => `--${name}`).join(", ");
      throw new UsageError(`Unknown option ${token.rawName}: ${allowed ? `allowed are ${allowed}` : "there are none"}`);
    }
    if (options[token.name] === "flag") {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value, found "${token.value}"`);
      values[token.name] = true;
    } else if (options[token.name] === "number") {
      const next = tokens[at + 1], text = next?.kind === "positional" ? next.value : "";
      values[token.name] = token.value ?? (isNumberOf(token, text, options) ? text : "0");
    } else {
      // `--seed --json` is a forgotten value, `--seed -1` a bad one, which the option itself explains.
      if (token.value === undefined || (!token.inlineValue && token.value.startsWith("--"))) {
        throw new UsageError(`${token.rawName} needs a value`);
      }
      values[token.name] = token.value;
    }
  }
  return { values: values as CommandLine<O>["values"], names };
}

/**
 * {@linkcode readCommandLine} for a task that is no more than a script: a usage error is told, and ends the process with its exit code.
 *
 * @param task the task's name
 * @param most how many arguments without dashes it takes
 */
export function scriptCommandLine<O extends Options>(task: string, options: O, most = 0): CommandLine<O> {
  try {
    const read = readCommandLine(Deno.args, options), extra = read.names[most];
    if (extra !== undefined) {
      throw new UsageError(`Unknown argument ${extra}: there ${most ? `is ${most} at most` : "are none"}`);
    }
    return read;
  } catch (error) {
    if (error instanceof UsageError) scriptUsage(task, error.message);
    throw error;
  }
}

/** Tells a usage error of such a task, and ends the process. */
export function scriptUsage(task: string, message: string): never {
  console.error(`${task}: ${printable(message)}`);
  Deno.exit(2);
}

/** {@linkcode wholeNumber} for the same. */
export function scriptNumber(task: string, ...of: Parameters<typeof wholeNumber>): number | undefined {
  try {
    return wholeNumber(...of);
  } catch (error) {
    if (error instanceof UsageError) scriptUsage(task, error.message);
    throw error;
  }
}

/**
 * A whole number given to an option; `undefined` when the option was not given.
 *
 * @throws {UsageError} when the text is no whole number within the bounds
 */
export function wholeNumber(
  option: string,
  text: string | undefined,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number } = {},
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
    throw new UsageError(`${option} must be a whole number ${range}, found "${text}"`);
  }
  return value;
}

/**
 * One of the allowed words given to an option; `undefined` when the option was not given.
 *
 * @throws {UsageError} for any other word, naming those allowed
 */
export function oneOf<T extends string>(
  option: string,
  text: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (text === undefined || allowed.includes(text as T)) return text as T | undefined;
  throw new UsageError(`${option} must be one of ${allowed.join(", ")}, found "${text}"`);
}

/** The message of whatever was thrown; with its stack when `SONDE_DEBUG` is set, if the environment may be read. */
function describe(error: unknown): string {
  return environmentVariable("SONDE_DEBUG") ? stackOf(error) : messageOf(error);
}

/**
 * Runs a task's main function and ends with the exit code that its outcome asks for: 0, 1 for a failure, 2 for a usage error.
 *
 * @param task the task's name, which begins the line on stderr
 * @param main the task; a number it returns is the exit code
 */
export async function runTask(task: string, main: () => Promise<number | void>): Promise<void> {
  try {
    Deno.exitCode = await main() ?? 0;
  } catch (error) {
    // A reader that closed the pipe (`| head`) has had what it wanted.
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(0);
    console.error(`${task}: ${printable(describe(error))}`);
    Deno.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
