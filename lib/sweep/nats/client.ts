/**
 * The NATS client, loaded when it is needed, and a connection with the credentials that the environment has.
 *
 * @module
 */
import { environmentVariable } from "../../device/environment.ts";
import { messageOf } from "../errors.ts";
import { parseServers, publicUrl } from "./address.ts";

/** Headers of a message. */
interface Headers {
  get(name: string): string;
}

/** A message of a stream. (The packages' own types would bring Node's globals with them.) */
export interface StreamMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers?: Headers;
  readonly info: { readonly deliveryCount: number };
  ack(): void;
  ackAck(): Promise<boolean>;
  nak(millis?: number): void;
  /** Takes it out of the stream. Without a reason: servers before 2.10.4 do not understand one. */
  term(): void;
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
    deleteMessage(name: string, sequence: number): Promise<unknown>;
    getMessage(
      name: string,
      query: { last_by_subj: string },
    ): Promise<{ readonly seq: number; readonly header?: Headers } | null>;
  };
  readonly consumers: {
    add(stream: string, config: unknown): Promise<unknown>;
    info(stream: string, name: string): Promise<{ readonly num_ack_pending: number }>;
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
  /** On how many servers a stream is kept. */
  readonly replicas: number;
  /** Bytes that a message may hold. */
  readonly maxPayload: number;
  /** Headers of a message. */
  headers(entries: Readonly<Record<string, string>>): unknown;
}

/** On how many servers a stream is kept where so many are named: one may be lost. */
const REPLICAS = 3;

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

/** The client's options for one or more addresses and the environment; and what must not be shown of them. */
async function options(url: string, { credsAuthenticator, nkeyAuthenticator }: Transport) {
  const addresses = parseServers(url);
  const { username, password } = addresses.find(({ username }) => username !== "") ?? addresses[0];
  const user = username || variable("USER"), pass = password || variable("PASSWORD");
  // As NATS has it: a name without a password is a token.
  const token = username && !password ? user : variable("TOKEN");
  const creds = await secret("CREDS"), nkey = await secret("NKEY");
  const [caFile, certFile, keyFile] = [variable("CA"), variable("CERT"), variable("KEY")];
  const tls = addresses.some(({ tls }) => tls) || caFile || certFile
    ? { ...(caFile ? { caFile } : {}), ...(certFile ? { certFile } : {}), ...(keyFile ? { keyFile } : {}) }
    : undefined;
  const settings = {
    servers: addresses.map(({ host }) => host),
    name: "sonde",
    maxReconnectAttempts: -1, // a server that is restarted finds us waiting
    reconnectTimeWait: 500,
    pingInterval: 10_000,
    ignoreClusterUpdates: true, // a server does not say where else to connect
    resolve: false, // Deno resolves names, and knows then which address belongs to a permission
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
  return { settings, secrets: [pass, token].filter((text) => text !== undefined) };
}

/** What to do when a connection fails. */
function remedy(reason: string): string {
  if (/certificate/i.test(reason)) return "Name the file of the authority's certificate in NATS_CA";
  if (/authoriz|authentic/i.test(reason)) {
    return "Give a name and password in the address, or NATS_USER and NATS_PASSWORD, NATS_TOKEN, NATS_CREDS or NATS_NKEY";
  }
  return "Start a server with: nats-server -js";
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
 * Connects to a server, or to the first that answers of a cluster's (`nats://a,nats://b,nats://c`): to those named, and to no others.
 *
 * Credentials come from the address (`nats://user:password@host`) or from the environment: NATS_CREDS or NATS_NKEY
 * (files), NATS_USER and NATS_PASSWORD, NATS_TOKEN; for TLS, `tls://` or NATS_CA, NATS_CERT and NATS_KEY (files).
 *
 * @throws when there is no server, it refuses, or has no JetStream
 */
export async function connect(url: string): Promise<Client> {
  const [transport, { jetstream, jetstreamManager }] = await Promise.all([
    import(TRANSPORT) as Promise<Transport>,
    import(JETSTREAM) as Promise<JetStreamPackage>,
  ]);
  const { settings, secrets } = await options(url, transport);
  let connection: Connection;
  try {
    connection = await withoutResets(() => transport.connect(settings));
  } catch (error) {
    // What the client says of a failure may quote what it was given; so may the error itself, which is therefore no cause of this one.
    const reason = secrets.reduce((text, secret) => text.replaceAll(secret, "…"), messageOf(error));
    throw new Error(`Cannot connect to NATS at ${publicUrl(url)}: ${reason}. ${remedy(reason)}`);
  }
  try {
    const manager = await jetstreamManager(connection);
    return {
      url: publicUrl(url),
      connection,
      manager,
      jetstream: jetstream(connection),
      replicas: settings.servers.length >= REPLICAS ? REPLICAS : 1,
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
