/** The page's script: shows what the page has inside, or listens to the server that it came from. */
/// <reference lib="dom" />
import type { LiveEvent } from "../../lib/live/events.ts";
import { connectionLine, listen } from "./listen.ts";
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
else begin();

function begin(): void {
  view.apply([]);
  const line = connectionLine();
  view.element.prepend(line.element);
  listen<LiveEvent>("events", {
    open: line.open,
    events(events, isAnother) {
      // The program that trained before is gone.
      const open = [...view.model.runs.values()].filter(({ finished }) => finished === undefined);
      const ends = open.map(({ facts }) => ({ kind: "finished", run: facts.run, how: "ended early" }) as const);
      view.apply(isAnother ? [...ends, ...events] : events);
    },
  });
}
