/** Listens to the server that a page came from, and comes back when that was away. */
/// <reference lib="dom" />

/** Milliseconds after which a browser that has given up is asked to try again, and those after which a page says that nobody answers. */
const AGAIN = 1000, SILENCE = 3000;

/** What is told of a stream. */
export interface Heard<E> {
  /** Events; whether they are another program's than those before, which is gone then. */
  events(events: readonly E[], isAnother: boolean): void;
  /** Whether the server answers. */
  open(isOpen: boolean): void;
}

/** Passes on what the server sends. Browsers ask again by themselves with what they know last; where one gives up, all is sent anew. */
export function listen<E>(address: string, heard: Heard<E>): void {
  let identity: string | undefined, silence: ReturnType<typeof setTimeout> | undefined;
  const answered = () => {
    clearTimeout(silence);
    silence = undefined;
    heard.open(true);
  };
  const begin = () => {
    const source = new EventSource(address);
    source.onopen = answered;
    source.onmessage = ({ data, lastEventId }: MessageEvent<string>) => {
      answered();
      const now = lastEventId.split(":")[0], isAnother = identity !== undefined && identity !== now;
      identity = now;
      heard.events(JSON.parse(data) as E[], isAnother);
    };
    source.onerror = () => {
      silence ??= setTimeout(() => heard.open(false), SILENCE); // one page of many is told to ask again
      if (source.readyState === EventSource.CLOSED) setTimeout(begin, AGAIN);
    };
  };
  begin();
}

/** A line that says that nobody answers, while that is so. */
export function connectionLine(): { readonly element: HTMLElement; open(isOpen: boolean): void } {
  const element = document.createElement("p");
  element.setAttribute("role", "status");
  element.hidden = true;
  let was: boolean | undefined;
  const open = (isOpen: boolean) => {
    if (isOpen === was) return; // an attribute of the body, even set to what it is, has all of it styled anew
    was = isOpen;
    document.body.dataset.connection = isOpen ? "open" : "closed";
    const words = isOpen
      ? ""
      : "Nobody answers: the program has ended, or is busy. This page shows what it knows, and asks again.";
    element.textContent = words;
    element.hidden = isOpen;
  };
  return { element, open };
}
