/** The page's script: shows what the page has inside, or listens to the server that it came from. */
/// <reference lib="dom" />
import type { LiveEvent } from "../../lib/live/events.ts";
import { LiveView, type ViewActions } from "./view.ts";

const inside = JSON.parse(document.querySelector("#events")!.textContent!) as LiveEvent[] | null;
const token = location.hash.slice(1);

function ask(command: Record<string, unknown>): void {
  fetch("control", { method: "POST", headers: { "x-sonde-token": token }, body: JSON.stringify(command) });
}

const save = () => location.assign("report.html"); // which is an attachment: this page stays
const control: ViewActions = token
  ? { save, stop: () => ask({ action: "stop" }), rate: (value) => ask({ action: "lr", value }) }
  : { save };
const view = new LiveView(inside ? {} : control);
document.body.append(view.element);
if (inside) view.apply(inside);
else listen();

function listen(): void {
  view.apply([]);
  const source = new EventSource("events"), listening = () => document.body.dataset.connection = "open";
  source.onopen = listening;
  source.onerror = () => document.body.dataset.connection = "closed"; // it tries again by itself
  source.onmessage = ({ data }) => view.apply(JSON.parse(data) as LiveEvent[]);
}
