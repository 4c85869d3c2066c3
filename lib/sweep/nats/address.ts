/**
 * Addresses of NATS servers, and what may be shown of them.
 *
 * @module
 */

/** One server. */
export interface Server {
  /** Name and port. */
  readonly host: string;
  readonly tls: boolean;
  /** Empty where the address has none. */
  readonly username: string;
  /** Empty where the address has none. */
  readonly password: string;
}

/** NATS' own port. */
const PORT = 4222;

const ADDRESS =
  /^(?:(nats|tls):\/\/)?(?:([^\s/@:]*)(?::([^\s/@:]*))?@)?((?:[\w.-]+|\[[\da-fA-F:]+\])(?::\d{1,5})?)\/?$/;

/** The parts of each address in a list; undefined when one is none. Within a list each begins with its protocol: a comma may be a password's. */
function split(text: string): RegExpExecArray[] | undefined {
  const addresses = text.split(","), found = addresses.map((address) => ADDRESS.exec(address));
  const sound = found.filter((parts) => parts !== null);
  return sound.length < found.length || (found.length > 1 && sound.some(([, protocol]) => !protocol))
    ? undefined
    : sound;
}

/** Addresses without what is secret in them. Of a text that is no address it shows the protocol alone: anything may be secret. */
export function publicUrl(text: string): string {
  return split(text)?.map(([, protocol, , , host]) => (protocol ? `${protocol}://` : "") + host).join(",") ??
    (/^[a-z]{1,10}:\/\//i.exec(text)?.[0] ?? "") + "…";
}

function decoded(text = ""): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RangeError("expected %25 for each % in a name or password");
  }
}

/**
 * Reads a server's address, or several with commas between them: `nats://name:password@host:4222`.
 *
 * @throws {RangeError} when it is none; the message shows nothing of it
 */
export function parseServers(text: string): readonly [Server, ...Server[]] {
  const [first, ...rest] = split(text) ?? [];
  if (!first) throw new RangeError("expected nats://host:4222, or several such with commas between them");
  const server = ([, protocol, username, password, host = ""]: RegExpExecArray): Server => ({
    host: /:\d+$/.test(host) ? host : `${host}:${PORT}`,
    tls: protocol === "tls",
    username: decoded(username),
    password: decoded(password),
  });
  return [server(first), ...rest.map(server)];
}
