/** Threads of the cpu device: workers of the page, from an address of its own origin, with which it may share memory. */

/** What Node's workers import and pages' do not have. */
const PORT = `
const parentPort = {
  once: (_, heard) => addEventListener("message", ({ data }) => heard(data), { once: true }),
};
`;

export class Worker {
  readonly #worker: globalThis.Worker;

  constructor(url: URL) {
    const text = decodeURIComponent(url.href.slice(url.href.indexOf(",") + 1));
    const code = PORT + text.replace(/^import .* from "node:worker_threads";$/m, "");
    const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    this.#worker = new globalThis.Worker(address, { type: "module" });
  }

  on(_: "error", heard: (error: unknown) => void): void {
    this.#worker.addEventListener("error", ({ message }) => heard(message));
  }

  postMessage(message: unknown): void {
    this.#worker.postMessage(message);
  }

  /** A page's workers never keep it alive. */
  unref(): void {}

  terminate(): void {
    this.#worker.terminate();
  }
}
