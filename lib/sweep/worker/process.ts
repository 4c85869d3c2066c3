/**
 * A worker process: passes messages between the coordinator and the thread that runs trials.
 *
 * It ends when its input does, so that no worker outlives a coordinator, however that ended.
 *
 * @module
 */
import { parseJson } from "../boundary/parse.ts";
import { toWorker, workerSetup } from "../boundary/worker.ts";
import { whenGone } from "./alive.ts";
import { BEAT, encode, type FromWorker, lines, MARK } from "./protocol.ts";

const setup = parseJson(workerSetup, Deno.args[0] ?? "", "a worker's setup");

// A terminal's Ctrl-C reaches the whole group: when to stop is the coordinator's decision.
for (const signal of ["SIGINT", ...Deno.build.os === "windows" ? [] : ["SIGHUP" as const]] as const) {
  Deno.addSignalListener(signal, () => {});
}

let writing = Promise.resolve();
function send(message: FromWorker): void {
  writing = writing.then(async () => {
    const bytes = encode(message);
    for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
  }).catch(() => Deno.exit(1)); // nobody listens any more
}

/** The trial that is running. */
let running: string | null = null;
/** How the thread said that it ends. */
let how = "its thread is gone";
let watched = false, sign = performance.now();

const thread = new Worker(new URL("./thread.ts", import.meta.url), { type: "module" });
thread.onmessage = ({ data }: MessageEvent<FromWorker>) => {
  sign = performance.now();
  if (data.type === "ended") how = String(data.how).slice(0, 200);
  else if (data.type !== "beat") send(data);
  if (watched) return;
  watched = true; // not before its first word: until then it may not hold its lock
  whenGone(async () => {
    send({ type: "ended", trial: running, how });
    await writing;
    Deno.exit(0);
  });
};
thread.onerror = (event) => {
  event.preventDefault();
  how = event.message.slice(0, 200);
  send({ type: "log", trial: running, line: event.message });
  if (!watched) writing.then(() => Deno.exit(1));
};
thread.postMessage(setup);
setInterval(() => send({ type: "beat", silent: (performance.now() - sign) / 1000 }), BEAT);

for await (const line of lines(Deno.stdin.readable)) {
  if (!line.startsWith(MARK)) continue;
  const message = parseJson(toWorker, line.slice(MARK.length), "a coordinator's message");
  if (message.type === "run") running = message.trial;
  thread.postMessage(message);
}
Deno.exit(0);
