/** Serves a live page on this machine alone. */
import type { LiveStore } from "./store.ts";
import { livePage, pagePolicy, savedPage } from "./page.ts";

/** What a page may ask of a training. */
export type Command = { readonly action: "stop" } | { readonly action: "lr"; readonly value: number };

/** How {@linkcode serveLive} serves. */
export interface ServeOptions {
  /** Port on 127.0.0.1; 0 for a free one. */
  readonly port: number;
  /** Does what a page asks for. Without it nothing can be asked for. */
  readonly control?: ((command: Command) => void) | undefined;
}

/** A server of a live page. */
export interface LiveServer {
  /** Where the page is; with control, with the token behind #, which browsers do not send. */
  readonly address: string;
  /** Lets the server work, in a program that computes: for a moment, and a little longer while requests are being answered. */
  turn(): Promise<void>;
  /** Sends what has not been sent, ends all streams, and closes. */
  close(): Promise<void>;
}

/** Milliseconds between messages to a page: at most four a second. */
const INTERVAL = 250;
/** How long a program waits at most for requests that are being answered, in milliseconds. */
const PATIENCE = 20;
/** The longest command, in bytes. */
const LONGEST = 1000;

/** A page that listens. */
interface Client {
  /** It knows everything up to this event. */
  known: number;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
}

const ENCODER = new TextEncoder();

/** Begins to serve. Requests under another name than this machine's own, or from another site's page, are refused. */
export function serveLive(store: LiveStore, { port, control }: ServeOptions): LiveServer {
  const token = control ? crypto.randomUUID() : "", clients = new Set<Client>();
  const send = () => {
    for (const client of clients) {
      if (client.known === store.last || (client.controller.desiredSize ?? 0) <= 0) continue;
      client.controller.enqueue(message(store, client.known));
      client.known = store.last;
    }
  };
  const timer = setInterval(send, INTERVAL);
  Deno.unrefTimer(timer);
  const stream = (known: number): Response => {
    let client: Client;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        client = { known: store.last, controller };
        controller.enqueue(message(store, known));
        clients.add(client);
      },
      cancel: () => void clients.delete(client),
    }, { highWaterMark: 4 });
    return new Response(body, { headers: { ...HEADERS, "content-type": "text/event-stream" } });
  };
  let pending = 0;
  const respond = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url),
      hosts = [`127.0.0.1:${server.addr.port}`, `localhost:${server.addr.port}`];
    const host = request.headers.get("host") ?? "", origin = request.headers.get("origin");
    if (!hosts.includes(host) || (origin !== null && origin !== `http://${host}`)) return refuse(403);
    const route = `${request.method} ${pathname}`;
    if (route === "GET /") {
      const policy = `${await pagePolicy()}; connect-src 'self'; frame-ancestors 'none'`;
      const headers = { ...HEADERS, "content-type": "text/html; charset=utf-8", "content-security-policy": policy };
      return new Response(await livePage(), { headers });
    }
    if (route === "GET /report.html") {
      const headers = { ...HEADERS, "content-type": "text/html; charset=utf-8", "content-disposition": "attachment" };
      return new Response(await savedPage(store.since(0)), { headers });
    }
    if (route === "GET /events") return stream(knownOf(store, request.headers.get("last-event-id")));
    if (route !== "POST /control") return refuse(404);
    if (!control || origin === null || request.headers.get("x-sonde-token") !== token) return refuse(403);
    const command = parseCommand(await request.text());
    if (!command) return refuse(400);
    control(command);
    return new Response(null, { status: 204, headers: HEADERS });
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, (request) => {
    pending++;
    return respond(request).finally(() => pending--);
  });
  server.unref();
  return {
    address: `http://127.0.0.1:${server.addr.port}/${token && `#${token}`}`,
    turn: async () => {
      const end = performance.now() + PATIENCE;
      do await new Promise((resolve) => setTimeout(resolve)); while (pending && performance.now() < end);
    },
    close: async () => {
      clearInterval(timer);
      send();
      for (const { controller } of clients) controller.close();
      clients.clear();
      await server.shutdown();
    },
  };
}

const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" };

const refuse = (status: number) => new Response(null, { status, headers: HEADERS });

/** One message: all that is new, under the number of the last event. */
function message(store: LiveStore, known: number): Uint8Array {
  return ENCODER.encode(`id: ${store.identity}:${store.last}\ndata: ${JSON.stringify(store.since(known))}\n\n`);
}

/** What a page that comes back knows of this store: nothing, if it was another's. */
function knownOf(store: LiveStore, id: string | null): number {
  const [identity, number] = id?.split(":") ?? [];
  const known = Number(number);
  return identity === store.identity && Number.isInteger(known) && known >= 0 ? Math.min(known, store.last) : 0;
}

/** A command that is one, or undefined. */
function parseCommand(text: string): Command | undefined {
  if (text.length > LONGEST) return undefined;
  try {
    const { action, value } = Object(JSON.parse(text)) as { action?: unknown; value?: unknown };
    if (action === "stop") return { action };
    const isRate = typeof value === "number" && Number.isFinite(value) && value >= 0;
    return action === "lr" && isRate ? { action, value } : undefined;
  } catch {
    return undefined;
  }
}
