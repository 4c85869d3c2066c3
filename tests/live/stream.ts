/** Listens to a live server as a page does: by server-sent events, from where it was, again and again. */

/** A listener. */
export class Listener<E> {
  /** All messages, each a list of events. */
  readonly messages: E[][] = [];
  /** When each came. */
  readonly times: number[] = [];
  /** How often it has asked. */
  requests = 0;
  #last = "";
  #stopped = false;
  #ended: Promise<void>;
  #request = new AbortController();

  constructor(readonly address: string) {
    this.#ended = this.#run();
  }

  async #run(): Promise<void> {
    let retry = 1000;
    while (!this.#stopped) {
      try {
        this.requests++;
        const headers = this.#last ? { "last-event-id": this.#last } : {};
        const { body } = await fetch(new URL("events", this.address), { headers, signal: this.#request.signal });
        let text = "";
        for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
          text += chunk;
          for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
            retry = this.#take(text.slice(0, end)) ?? retry;
          }
        }
      } catch { // the server is away
      }
      if (!this.#stopped) await new Promise((resolve) => setTimeout(resolve, retry));
    }
  }

  /** Takes a block of lines; returns after how long to ask again, if it says so. */
  #take(block: string): number | undefined {
    const of = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
    const data = of("data"), retry = of("retry");
    this.#last = of("id") ?? this.#last;
    if (data !== undefined) {
      this.messages.push(JSON.parse(data) as E[]);
      this.times.push(performance.now());
    }
    return retry === undefined ? undefined : Number(retry);
  }

  /** All events so far. */
  get events(): E[] {
    return this.messages.flat();
  }

  /** Waits until something holds of the events. */
  async until(holds: (events: E[]) => boolean): Promise<void> {
    const end = performance.now() + 20_000;
    while (!holds(this.events)) {
      if (performance.now() > end) {
        throw new Error(`Waited in vain; heard ${JSON.stringify(this.events).slice(0, 2000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Goes away. */
  async close(): Promise<void> {
    this.#stopped = true;
    this.#request.abort();
    await this.#ended;
  }
}
