/** Where a fit's live events go, and what may be asked of it. */
import { checkOptions, optionNames } from "../../device/check_options.ts";
import { checkFunction, found } from "../../device/expect.ts";
import type { LiveEvent } from "../../live/events.ts";
import { commandOf, FunctionOutlet, type LiveCommand, type Outlet } from "../../live/outlet.ts";
import { serveLive } from "../../live/server.ts";
import type { LiveStore } from "../../live/store.ts";

/** Options of `LiveCB`. */
export interface LiveOptions {
  /** Port on 127.0.0.1; 0 for a free one. Default: 0. */
  port?: number;
  /** Show buttons by which the page stops the fit and changes the rate. Default: false. */
  control?: boolean;
  /**
   * What else is needed to run the fit again, by name, such as its seed, or what gives that as a fit begins; the page shows it. `title` is what
   * the run is called. Default: nothing, and the model's class with a number.
   */
  facts?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /**
   * Where to write the page at the end of each fit, as a file that opens from disk: `out/run.html`. Beside it, `out/run.ndjson` gets the whole
   * record of all these fits, with statistics of every watched batch, of which the page has averages. Default: nowhere.
   */
  save?: string;
  /** Gets the page's address when it is served, each time a fit begins. Default: prints it to standard error. */
  log?: (address: string) => void;
  /**
   * Gets the events instead of a page's server, which is then not started: to show or send them, or to write them to a file. They come in order,
   * each once, at most once a second and at the end of a fit; they are plain data, which `postMessage` and JSON take as they are. If it returns a
   * promise, the next call waits for that, and so does the end of the fit. What it throws ends the fit. Not with `port`, `control` or `log`; by
   * its `ask()` the fit can be stopped. Default: a server.
   */
  to?: (events: readonly LiveEvent[]) => void | Promise<void>;
}

const OPTIONS = optionNames<LiveOptions>({ port: 1, control: 1, facts: 1, save: 1, log: 1, to: 1 });

/** Throws for a port that is none, and for options of a server where there is none. */
export function checkLiveOptions(options: LiveOptions): void {
  checkOptions("LiveCB", options, OPTIONS);
  const { port = 0, to, control, log } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new RangeError(`Cannot serve a live page: its port must be a whole number from 0 to 65535, found ${port}`);
  }
  if (to === undefined) return;
  checkFunction("new LiveCB", "to", to);
  for (const [name, value] of Object.entries({ port: options.port, control, log })) {
    if (value === undefined) continue;
    throw new RangeError(
      `Cannot make a LiveCB with both to and ${name}: with to nothing is served. Leave out one of them`,
    );
  }
}

/** Begins to serve the store, or to hand what is said to a function. */
export function openOutlet(
  { port = 0, control = false, log = (address) => console.error(`live on ${address}`), to }: LiveOptions,
  store: LiveStore,
  ask: (command: LiveCommand) => void,
): Outlet {
  if (to) return new FunctionOutlet(to);
  const server = serveLive(store, { port, control: control ? ask : undefined });
  log(server.address);
  return Object.assign(server, { add() {} }); // it reads the store
}

/** The command, if it is one. */
export function checkCommand(command: LiveCommand): LiveCommand {
  const wanted = commandOf(command);
  if (wanted) return wanted;
  const what = typeof command === "object" ? JSON.stringify(command) : found(command);
  throw new RangeError(
    `Cannot ask a fit for ${what}: expected { action: "stop" }, or { action: "lr", value } with a rate of 0 or more`,
  );
}
