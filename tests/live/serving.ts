/** A process that serves a run on a page until it is killed: `serving.ts PORT TITLE`. */
import { serveLive } from "../../lib/live/server.ts";
import { LiveStore } from "../../lib/live/store.ts";

const [port, title] = Deno.args, store = new LiveStore();
store.add({ kind: "run", run: title!, title: title!, started: "2026-01-01T00:00:00Z", epochs: 1, facts: {} });
store.add({ kind: "points", run: title!, series: "loss", from: 0, values: [3, 2, 1] });
console.log(serveLive(store, { port: Number(port) }).address);
setInterval(() => {}, 1000); // the server alone keeps no process
