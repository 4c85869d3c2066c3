/** Debian's Chromium without a window, driven through the DevTools protocol, with software WebGPU: Dawn, Tint and SwiftShader. */

/** The program, if it is installed. */
export async function findChromium(): Promise<string | undefined> {
  const found = await Deno.stat("/usr/bin/chromium").catch(() => undefined);
  return found?.isFile ? "/usr/bin/chromium" : undefined;
}

/** Neither the network nor a window. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-extensions",
  "--disable-sync",
  "--remote-debugging-port=0",
];
/** WebGPU by SwiftShader, which Chromium brings. */
const WEBGPU = [
  "--enable-unsafe-webgpu",
  "--enable-features=Vulkan",
  "--use-webgpu-adapter=swiftshader",
  "--use-vulkan=swiftshader",
  "--disable-vulkan-surface",
  "--ignore-gpu-blocklist",
];

/** An answer or an event of the protocol. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly sessionId?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A page, in a browser of its own. */
export class Page implements AsyncDisposable {
  /** What the page wrote to its console as a warning or an error, and what it threw. */
  readonly complaints: string[] = [];
  #last = 0;
  #session: string | undefined;
  readonly #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  readonly #process: Deno.ChildProcess;
  readonly #socket: WebSocket;
  readonly #folder: string;

  private constructor(process: Deno.ChildProcess, socket: WebSocket, folder: string) {
    this.#process = process;
    this.#socket = socket;
    this.#folder = folder;
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data) as Message);
    socket.onclose = () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("Chromium has gone"));
      this.#waiting.clear();
    };
  }

  /** Starts a browser and opens the address. Without WebGPU, pages are drawn by the processor alone. */
  static async open(program: string, address: string, { webgpu = true } = {}): Promise<Page> {
    const folder = await Deno.makeTempDir({ prefix: "sonde-chromium-" });
    const process = new Deno.Command(program, {
      args: [`--user-data-dir=${folder}`, ...FLAGS, ...webgpu ? WEBGPU : ["--disable-gpu"], "about:blank"],
      env: { HOME: folder, DBUS_SESSION_BUS_ADDRESS: "disabled:" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const socket = new WebSocket(await listening(process.stderr));
    await new Promise((resolve, reject) => [socket.onopen, socket.onerror] = [resolve, reject]);
    const page = new Page(process, socket, folder);
    const { targetId } = await page.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await page.send("Target.attachToTarget", { targetId, flatten: true });
    page.#session = sessionId as string;
    await page.send("Runtime.enable");
    await page.send("Page.enable");
    await page.send("Page.navigate", { url: address });
    return page;
  }

  /** Sends a command of the protocol. */
  send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = ++this.#last, answer = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, answer);
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    this.#socket.send(JSON.stringify({ id, method, params, ...session }));
    return answer.promise;
  }

  /** The value of an expression in the page, awaited. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(describe(exceptionDetails as ExceptionDetails));
    return (result as { value?: unknown }).value;
  }

  /** What a function of the page gives: waits for the page's script first, and then at most that many milliseconds. */
  async call<T>(text: string, patience: number): Promise<T> {
    await this.evaluate('document.readyState === "complete" || new Promise((done) => addEventListener("load", done))');
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const words = `The page has not answered within ${patience / 1000} s. It said: ${
        this.complaints.join("\n") || "nothing"
      }`;
      timer = setTimeout(() => reject(new Error(words)), patience);
    });
    try {
      return await Promise.race([this.evaluate(`(${text})()`), late]) as T;
    } finally {
      clearTimeout(timer);
    }
  }

  #hear({ id, method, params, result, error }: Message): void {
    if (id !== undefined) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) waiting?.reject(new Error(error.message));
      else waiting?.resolve(result ?? {});
    } else if (method === "Runtime.exceptionThrown") {
      this.complaints.push(describe(params!.exceptionDetails as ExceptionDetails));
    } else if (method === "Runtime.consoleAPICalled" && (params!.type === "error" || params!.type === "warning")) {
      const args = params!.args as { value?: unknown; description?: string }[];
      this.complaints.push(args.map(({ value, description }) => String(value ?? description)).join(" "));
    }
  }

  /** Ends the browser, and removes what it wrote. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#session = undefined;
    await this.send("Browser.close").catch(() => {});
    if (this.#socket.readyState < WebSocket.CLOSING) {
      await new Promise((resolve) => {
        this.#socket.onclose = resolve;
        this.#socket.close();
      });
    }
    const patience = setTimeout(() => this.#process.kill("SIGKILL"), 5000);
    await this.#process.status;
    clearTimeout(patience);
    await Deno.remove(this.#folder, { recursive: true }).catch(() => {}); // some helper of it may still write
  }
}

interface ExceptionDetails {
  readonly text: string;
  readonly exception?: { readonly description?: string };
}

const describe = ({ text, exception }: ExceptionDetails) => exception?.description ?? text;

/** The address of the protocol, which Chromium tells on its standard error; what follows there is not of interest. */
async function listening(stderr: ReadableStream<Uint8Array>): Promise<string> {
  let said = "";
  const reader = stderr.pipeThrough(new TextDecoderStream()).getReader();
  while (true) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Chromium did not start: ${said.slice(-2000)}`);
    said += value;
    const [, address] = /^DevTools listening on (ws:\S+)$/m.exec(said) ?? [];
    if (address === undefined) continue;
    const drain = async () => {
      while (!(await reader.read()).done);
    };
    drain().catch(() => {});
    return address;
  }
}
