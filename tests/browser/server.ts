/** Serves a page on this machine alone: its script, and files of the checkout that tests read. */

/** What a page is isolated by, so that it may share memory between threads. */
const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

const TYPES: Readonly<Record<string, string>> = { js: "text/javascript", json: "application/json" };

/** The page of docs/try, whose scripts are beside it. */
const TRY = new URL("../../docs/try/index.html", import.meta.url);

/** A server, and where its page is. */
export interface Served extends AsyncDisposable {
  readonly address: string;
}

/** Serves scripts, by their paths, and a page that imports the one named behind a `?`. Of the checkout it shows JSON under tests/: the goldens. Pages are isolated unless told otherwise. */
export function serve(scripts: Readonly<Record<string, string>>, { isolated = true } = {}): Served {
  const respond = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url), type = TYPES[pathname.slice(pathname.lastIndexOf(".") + 1)];
    const headers = { ...isolated ? ISOLATED : {}, "content-type": type ?? "text/html; charset=utf-8" };
    if (pathname === "/") {
      const page = '<!doctype html><title>Sonde</title><link rel="icon" href="data:,">' +
        `<script type="module" src="${search.slice(1).replace(/[^\w/.]/g, "")}"></script>`;
      return new Response(page, { headers });
    }
    if (pathname === "/try.html") return new Response(await Deno.readTextFile(TRY), { headers });
    if (scripts[pathname] !== undefined) return new Response(scripts[pathname], { headers });
    if (!/^\/tests\/[\w/]+\.json$/.test(pathname)) return new Response("", { status: 404 });
    return new Response(await Deno.readTextFile(new URL(`../..${pathname}`, import.meta.url)), { headers });
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, respond);
  return {
    address: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
