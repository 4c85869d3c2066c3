/** Serves a live page on this machine alone. */
import { commandOf, type LiveCommand } from "./outlet.ts";
import { livePage, pagePolicy, savedPage } from "./page.ts";
import type { LiveStore } from "./store.ts";

/** Events with numbers: what a page knows up to one of them, and what came after it. */
export interface Numbered {
  /** Tells these events from others at the same address later. */
  readonly identity: string;
  /** The number of the last event. */
  readonly last: number;
  /** What came after that number, all of it after 0. */
  since(id: number): readonly unknown[];
}

/** How {@linkcode serveLive} serves. */
export interface ServeOptions {
  /** Port on 127.0.0.1; 0 for a free one. */
  readonly port: number;
  /** Does what a page asks for. Without it nothing can be asked for. */
  readonly control?: ((command: LiveCommand) => void) | undefined;
}

/** What {@linkcode servePage} serves. */
export interface PageOptions extends ServeOptions {
  /** The page that shows the events, as HTML. */
  readonly html: () => Promise<string>;
  /** Its content security policy, but for what it may connect to. */
  readonly policy: () => Promise<string>;
  /** The page as a file, as it is now. */
  readonly saved: () => Promise<string>;
}

/** A server of a live page. */
export interface LiveServer {
  /** Where the page is; with control, with the token behind #, which browsers do not send. */
  readonly address: string;
  /** Whether a page listens, or has just asked for something. */
  readonly isWatched: boolean;
  /** Lets the server work, in a program that computes: for a moment, and a little longer while requests are being answered. */
  turn(): Promise<void>;
  /** Sends what has not been sent, also to pages that ask by and by. At once over if nobody looks. */
  flush(): Promise<void>;
  /** Sends what has not been sent, ends all streams, and closes. */
  close(): Promise<void>;
}

/** Milliseconds between messages to a page: at most four a second. */
const INTERVAL = 250;
/**
 * Streams that stay open. A browser opens six connections to one host, in all its tabs together: two are left for whatever else pages ask.
 * More pages get what is new, and ask again.
 */
const STREAMS = 4;
/** After how many milliseconds a page asks again: one whose stream was ended, and one whose server is gone. */
const AGAIN = 500, RETRY = 1000;
/**
 * After how many milliseconds without news streams are ended, and pages ask by and by: a program does not end of itself while one is open,
 * whoever looks at it.
 */
const QUIET = 2000;
/** How long a program waits at most for requests that are being answered, in milliseconds. */
const PATIENCE = 20;
/** How long after a request more of them are expected, in milliseconds: those of a page that is being opened, or asks by and by. */
const RECENT = 4 * AGAIN;
/** The longest command, in bytes. */
const LONGEST = 1000;

/** A page that listens. */
interface Client {
  /** It knows everything up to this event. */
  known: number;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const ENCODER = new TextEncoder();

/** Serves the page of fits, as {@linkcode servePage} does. */
export function serveLive(store: LiveStore, options: ServeOptions): LiveServer {
  const html = async () => await livePage();
  return servePage(store, { ...options, html, policy: pagePolicy, saved: () => savedPage(store.since(0)) });
}

/**
 * Begins to serve. Requests under another name than this machine's own, or from another site's page, are refused.
 *
 * @throws {Error} where nothing can be served, as in a browser
 */
export function servePage(store: Numbered, { port, html, policy: policyOf, saved, control }: PageOptions): LiveServer {
  if (typeof Deno.serve !== "function") {
    throw new Error(
      "Cannot serve a live page here: only Deno does, and browsers and Node do not. Have the events told to a function: live({ to: (events) => … })",
    );
  }
  const token = control ? crypto.randomUUID() : "", clients = new Set<Client>();
  /** When a page last asked that is to ask again. */
  let asked = -Infinity;
  let newest = store.last, moved = performance.now();
  const isQuiet = () => {
    if (store.last !== newest) [newest, moved] = [store.last, performance.now()];
    return performance.now() - moved > QUIET;
  };
  const end = () => {
    for (const { controller } of clients) {
      controller.enqueue(ENCODER.encode(`retry: ${AGAIN}\n\n`));
      controller.close();
    }
    if (clients.size) asked = performance.now();
    clients.clear();
  };
  const send = () => {
    if (isQuiet()) return end();
    for (const client of clients) {
      if (client.known === store.last || (client.controller.desiredSize ?? 0) <= 0) continue;
      client.controller.enqueue(ENCODER.encode(message(store, client.known)));
      client.known = store.last;
    }
  };
  const timer = setInterval(send, INTERVAL);
  Deno.unrefTimer(timer);
  const stream = (known: number): Response => {
    const headers = { ...HEADERS, "content-type": "text/event-stream" };
    if (clients.size >= STREAMS || isQuiet()) {
      asked = performance.now();
      const first = `retry: ${AGAIN}\n\n`;
      return new Response(known === store.last ? first : first + message(store, known), { headers });
    }
    let client: Client;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        client = { known: store.last, controller };
        controller.enqueue(ENCODER.encode(`retry: ${RETRY}\n\n${message(store, known)}`));
        clients.add(client);
      },
      cancel: () => void clients.delete(client),
    }, { highWaterMark: 4 });
    return new Response(body, { headers });
  };
  let pending = 0, heard = -Infinity;
  const respond = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url),
      hosts = [`127.0.0.1:${server.addr.port}`, `localhost:${server.addr.port}`];
    const host = request.headers.get("host") ?? "", origin = request.headers.get("origin");
    if (!hosts.includes(host) || (origin !== null && origin !== `http://${host}`)) return refuse(403);
    const route = `${request.method} ${pathname}`;
    if (route === "GET /") {
      const policy = `${await policyOf()}; connect-src 'self'; frame-ancestors 'none'`;
      const headers = { ...HEADERS, "content-type": "text/html; charset=utf-8", "content-security-policy": policy };
      return new Response(await html(), { headers });
    }
    if (route === "GET /report.html") {
      const headers = { ...HEADERS, "content-type": "text/html; charset=utf-8", "content-disposition": "attachment" };
      return new Response(await saved(), { headers });
    }
    if (route === "GET /events") return stream(knownOf(store, request.headers.get("last-event-id")));
    if (route !== "POST /control") return refuse(404);
    if (!control || origin === null || request.headers.get("x-sonde-token") !== token) return refuse(403);
    const command = parseCommand(await request.text());
    if (!command) return refuse(400);
    control(command);
    return new Response(null, { status: 204, headers: HEADERS });
  };
  const server = listen(port, (request) => {
    pending++;
    heard = performance.now();
    return respond(request).finally(() => pending--);
  });
  server.unref();
  const isWatched = () => clients.size > 0 || pending > 0 || performance.now() - heard < RECENT;
  const flush = async () => {
    if (!isWatched()) return;
    send();
    // Those that ask by and by have asked once more then.
    if (performance.now() - asked < RECENT) await wait(1.5 * AGAIN);
    await wait(0);
  };
  return {
    address: `http://127.0.0.1:${server.addr.port}/${token && `#${token}`}`,
    get isWatched() {
      return isWatched();
    },
    turn: async () => {
      const end = performance.now() + PATIENCE;
      do await wait(0); while (pending && performance.now() < end);
    },
    flush,
    close: async () => {
      clearInterval(timer);
      await flush();
      for (const { controller } of clients) controller.close();
      clients.clear();
      await server.shutdown();
    },
  };
}

/** Listens on this machine alone. */
function listen(port: number, respond: (request: Request) => Promise<Response>): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, respond);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    const words =
      `Cannot serve a live page on port ${port} of 127.0.0.1: it is in use. Choose another, or 0 for a free one`;
    throw new Error(words, { cause: error });
  }
}

const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" };

const refuse = (status: number) => new Response(null, { status, headers: HEADERS });

/** One message: all that is new, under the number of the last event. */
function message(store: Numbered, known: number): string {
  return `id: ${store.identity}:${store.last}\ndata: ${JSON.stringify(store.since(known))}\n\n`;
}

/** What a page that comes back knows of this store: nothing, if it was another's. */
function knownOf(store: Numbered, id: string | null): number {
  const [identity, number] = id?.split(":") ?? [];
  const known = Number(number);
  return identity === store.identity && Number.isInteger(known) && known >= 0 ? Math.min(known, store.last) : 0;
}

/** A command that is one, or undefined. */
function parseCommand(text: string): LiveCommand | undefined {
  if (text.length > LONGEST) return undefined;
  try {
    return commandOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
