/**
 * Downloads a file from the first of several addresses that gives the right content.
 *
 * @module
 */
import { checkOptions, optionNames } from "../device/check_options.ts";
import { granted } from "./places.ts";

/** The progress of a download. */
export interface Progress {
  /** The file's name. */
  readonly file: string;
  /** Bytes received so far. */
  readonly received: number;
  /** Bytes in all, if the server said so. */
  readonly total: number | undefined;
}

/** How to download. */
export interface DownloadOptions {
  /** Ends the download when it is aborted. */
  readonly signal?: AbortSignal;
  /** Called now and then with how much was received. */
  readonly onProgress?: (progress: Progress) => void;
  /** What to use in place of the global `fetch`. No permission is asked for then. */
  readonly fetch?: (url: string, init: { signal: AbortSignal }) => Promise<Response>;
  /** Give up on an address that sends more bytes than this. Default: no bound. */
  readonly most?: number;
  /** Give up on an address that sends nothing for this many milliseconds. Default: 30,000. */
  readonly patience?: number;
}

/** Names of its options. */
export const DOWNLOAD = optionNames<DownloadOptions>({ signal: 1, onProgress: 1, fetch: 1, most: 1, patience: 1 });

/**
 * Fetches the whole body of an address.
 *
 * @throws {Error} when the server cannot be reached, answers with an error, falls silent, or sends less than it announced or too much; the
 * signal's own reason when it is aborted
 *
 * @example
 * ```ts
 * import { download } from "./lib/data/download.ts";
 * const bytes = await download("http://example.org/a.gz", "a.gz", { fetch: async () => new Response("abc") });
 * console.log(bytes.length); // 3
 * ```
 */
export async function download(url: string, file: string, options: DownloadOptions = {}): Promise<Uint8Array> {
  checkOptions("download", options, DOWNLOAD);
  const { signal, onProgress, patience = 30_000, most = Infinity } = options;
  signal?.throwIfAborted();
  const host = new URL(url).host;
  if (!options.fetch && !await granted({ name: "net", host })) {
    throw new Error(`the network is not allowed (--allow-net=${host})`);
  }
  const silence = new AbortController();
  const expire = () => silence.abort(new Error(`no answer for ${patience / 1000} s`));
  let timer = setTimeout(expire, patience);
  const both = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  try {
    const response = await (options.fetch ?? fetch)(url, { signal: both });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new Error(`the server answered ${response.status} ${response.statusText}`.trimEnd());
    }
    const announced = response.headers.get("content-encoding") ? null : response.headers.get("content-length");
    const total = announced === null ? undefined : Number(announced);
    const tooLarge = () => new Error(`it sends more than the ${most} bytes that were expected`);
    if (total !== undefined && total > most) {
      await response.body.cancel();
      throw tooLarge();
    }
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let received = 0;
    for await (const part of response.body) {
      clearTimeout(timer);
      timer = setTimeout(expire, patience);
      parts.push(part as Uint8Array<ArrayBuffer>);
      received += part.length;
      if (received > most) throw tooLarge();
      onProgress?.({ file, received, total });
    }
    if (total !== undefined && received !== total) {
      throw new Error(`the transfer ended after ${received} of ${total} bytes`);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  } catch (error) {
    signal?.throwIfAborted();
    if (silence.signal.aborted) throw silence.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
