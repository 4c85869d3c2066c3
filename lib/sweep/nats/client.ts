/**
 * The NATS client, loaded when it is needed, and a connection with the credentials that the environment has.
 *
 * @module
 */
import { environmentVariable } from "../../device/environment.ts";
import { messageOf } from "../errors.ts";

/** A message of a stream. (The packages' own types would bring Node's globals with them.) */
export interface StreamMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers?: { get(name: string): string };
  readonly info: { readonly deliveryCount: number };
  ack(): void;
  ackAck(): Promise<boolean>;
  nak(millis?: number): void;
  term(reason?: string): void;
  working(): void;
}

/** A consumer of a stream. */
export interface Consumer {
  next(options: { expires: number }): Promise<StreamMessage | null>;
}

/** What is known of a stream. */
export interface StreamInfo {
  readonly config: { readonly description?: string };
  readonly state: { readonly messages: number; readonly subjects?: Readonly<Record<string, number>> };
}

/** Manages streams and consumers. */
export interface Manager {
  readonly streams: {
    add(config: unknown): Promise<StreamInfo>;
    info(name: string, options?: { subjects_filter: string }): Promise<StreamInfo>;
    delete(name: string): Promise<boolean>;
    getMessage(name: string, query: { last_by_subj: string }): Promise<unknown>;
  };
  readonly consumers: {
    add(stream: string, config: unknown): Promise<unknown>;
    delete(stream: string, name: string): Promise<boolean>;
  };
}

/** Publishes to streams, and reads from them. */
export interface JetStream {
  publish(subject: string, data: Uint8Array | string, options?: unknown): Promise<{ readonly duplicate: boolean }>;
  readonly consumers: { get(stream: string, name: string): Promise<Consumer> };
}

interface Connection {
  readonly info?: { readonly max_payload: number };
  publish(subject: string): void;
  subscribe(subject: string, options: { callback: () => void }): unknown;
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Transport {
  connect(options: unknown): Promise<Connection>;
  headers(): { set(name: string, value: string): void };
  credsAuthenticator(credentials: Uint8Array): unknown;
  nkeyAuthenticator(seed: Uint8Array): unknown;
}

interface JetStreamPackage {
  jetstream(connection: Connection): JetStream;
  jetstreamManager(connection: Connection): Promise<Manager>;
}

// Names that Deno cannot read in advance: most sweeps need no network.
const TRANSPORT: string = "npm:@nats-io/transport-node@3";
const JETSTREAM: string = "npm:@nats-io/jetstream@3";

/** An open connection to a NATS server with JetStream. */
export interface Client {
  readonly url: string;
  readonly connection: Connection;
  readonly manager: Manager;
  readonly jetstream: JetStream;
  /** Bytes that a message may hold. */
  readonly maxPayload: number;
  /** Headers of a message. */
  headers(entries: Readonly<Record<string, string>>): unknown;
}

/** Names of the variables that hold credentials: those that NATS' own command line reads. */
const variable = (name: "CREDS" | "NKEY" | "USER" | "PASSWORD" | "TOKEN" | "CA" | "CERT" | "KEY") =>
  environmentVariable(`NATS_${name}`);

async function secret(name: "CREDS" | "NKEY"): Promise<Uint8Array | undefined> {
  const path = variable(name);
  if (path === undefined) return undefined;
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw new Error(`Cannot read NATS_${name}=${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** The client's options for an address and the environment. */
async function options(url: string, { credsAuthenticator, nkeyAuthenticator }: Transport) {
  const { protocol, host, username, password } = new URL(url.includes("://") ? url : `nats://${url}`);
  const user = username ? decodeURIComponent(username) : variable("USER");
  const pass = password ? decodeURIComponent(password) : variable("PASSWORD");
  // As NATS has it: a name without a password is a token.
  const token = username && !password ? user : variable("TOKEN");
  const creds = await secret("CREDS"), nkey = await secret("NKEY");
  const [caFile, certFile, keyFile] = [variable("CA"), variable("CERT"), variable("KEY")];
  const tls = protocol === "tls:" || caFile || certFile
    ? { ...(caFile ? { caFile } : {}), ...(certFile ? { certFile } : {}), ...(keyFile ? { keyFile } : {}) }
    : undefined;
  return {
    servers: host,
    name: "sonde",
    maxReconnectAttempts: -1, // a server that is restarted finds us waiting
    reconnectTimeWait: 500,
    pingInterval: 10_000,
    ...(creds
      ? { authenticator: credsAuthenticator(creds) }
      : nkey
      ? { authenticator: nkeyAuthenticator(nkey) }
      : token
      ? { token }
      : user
      ? { user, ...(pass ? { pass } : {}) }
      : {}),
    ...(tls ? { tls } : {}),
  };
}

/** What to do when a connection fails. */
function remedy(reason: string): string {
  if (/certificate/i.test(reason)) return "Name the file of the authority's certificate in NATS_CA";
  if (/authoriz|authentic/i.test(reason)) {
    return "Give a name and password in the address, or NATS_USER and NATS_PASSWORD, NATS_TOKEN, NATS_CREDS or NATS_NKEY";
  }
  return "Start a server with: nats-server -js";
}

/** An address without what is secret in it. */
export function publicUrl(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}

/**
 * Runs `work`, and for a second after it lets no reset of a socket end the process: a server that refuses says why and closes, and
 * when the reset is faster than the reading of the reason, the client's socket reports it to nobody.
 */
async function withoutResets<T>(work: () => Promise<T>): Promise<T> {
  const onError = (event: ErrorEvent) => {
    if (/ECONNRESET|EPIPE/.test(event.message)) event.preventDefault();
  };
  globalThis.addEventListener("error", onError);
  try {
    return await work();
  } finally {
    Deno.unrefTimer(setTimeout(() => globalThis.removeEventListener("error", onError), 1000));
  }
}

/**
 * Connects to a server. Credentials come from the address (`nats://user:password@host`) or from the environment: NATS_CREDS or NATS_NKEY
 * (files), NATS_USER and NATS_PASSWORD, NATS_TOKEN; for TLS, `tls://` or NATS_CA, NATS_CERT and NATS_KEY (files).
 *
 * @throws when there is no server, it refuses, or has no JetStream
 */
export async function connect(url: string): Promise<Client> {
  const [transport, { jetstream, jetstreamManager }] = await Promise.all([
    import(TRANSPORT) as Promise<Transport>,
    import(JETSTREAM) as Promise<JetStreamPackage>,
  ]);
  let connection: Connection;
  try {
    const settings = await options(url, transport);
    connection = await withoutResets(() => transport.connect(settings));
  } catch (error) {
    throw new Error(`Cannot connect to NATS at ${publicUrl(url)}: ${messageOf(error)}. ${remedy(messageOf(error))}`, {
      cause: error,
    });
  }
  try {
    const manager = await jetstreamManager(connection);
    return {
      url: publicUrl(url),
      connection,
      manager,
      jetstream: jetstream(connection),
      maxPayload: connection.info?.max_payload ?? 2 ** 20,
      headers(entries) {
        const made = transport.headers();
        for (const [name, value] of Object.entries(entries)) made.set(name, value);
        return made;
      },
    };
  } catch (error) {
    await connection.close();
    throw new Error(
      `Cannot use JetStream at ${publicUrl(url)}: ${messageOf(error)}. Start the server with: nats-server -js`,
      { cause: error },
    );
  }
}

/** JetStream's numbers of errors that are part of the game. */
export const ERRORS = {
  streamNotFound: 10059,
  consumerNotFound: 10014,
  subjectTaken: 10077,
} as const;

/** Whether an error is one of those. */
export function isError(error: unknown, kind: keyof typeof ERRORS): boolean {
  const { code, api_error } = (error ?? {}) as { code?: unknown; api_error?: { err_code?: number } };
  if (code === ERRORS[kind] || api_error?.err_code === ERRORS[kind]) return true;
  const { name } = (error ?? {}) as { name?: string };
  return (kind === "streamNotFound" && name === "StreamNotFoundError") ||
    (kind === "consumerNotFound" && name === "ConsumerNotFoundError");
}
