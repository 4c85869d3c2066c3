/** The script of a sweep's page: listens to the server that it came from. */
/// <reference lib="dom" />
import type { SweepLiveEvent } from "../../lib/sweep/live/events.ts";
import { connectionLine, listen } from "../live/listen.ts";
import { SweepView } from "./view.ts";

const view = new SweepView(), line = connectionLine();
document.body.append(view.element);
view.apply([]);
view.element.prepend(line.element);
listen<SweepLiveEvent>("events", {
  events: (events, isAnother) => view.apply(events, isAnother),
  // After the end nobody is expected to answer.
  open: (isOpen) => line.open(isOpen || view.model.end !== undefined),
});
