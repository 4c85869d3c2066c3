/**
 * A worker process: passes messages between the coordinator and the thread that runs trials.
 *
 * It ends when its input does, so that no worker outlives a coordinator, however that ended.
 *
 * @module
 */
import { BEAT, encode, type FromWorker, lines, MARK, type WorkerSetup } from "./protocol.ts";

const setup = JSON.parse(Deno.args[0]!) as WorkerSetup;

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

let sign = performance.now();
const thread = new Worker(new URL("./thread.ts", import.meta.url), { type: "module" });
thread.onmessage = ({ data }: MessageEvent<FromWorker>) => {
  sign = performance.now();
  if (data.type !== "beat") send(data);
};
thread.onerror = (event) => {
  event.preventDefault();
  send({ type: "log", trial: null, line: event.message });
  writing.then(() => Deno.exit(1));
};
thread.postMessage(setup);
setInterval(() => send({ type: "beat", silent: (performance.now() - sign) / 1000 }), BEAT);

for await (const line of lines(Deno.stdin.readable)) {
  if (line.startsWith(MARK)) thread.postMessage(JSON.parse(line.slice(MARK.length)));
}
Deno.exit(0);
