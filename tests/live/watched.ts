/** A process that has said all that it has to say, and whose page somebody looks at. */
import { serveLive } from "../../lib/live/server.ts";
import { LiveStore } from "../../lib/live/store.ts";
import { begin } from "./helpers.ts";

const store = new LiveStore();
store.add(begin("a", {}, "over"));
console.log(serveLive(store, { port: 0 }).address);
await new Promise((resolve) => setTimeout(resolve, 1000)); // the page comes while it is busy
