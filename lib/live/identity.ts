/** Identities of runs and of stores. */

/** 128 random bits in hexadecimal digits. Pages that are not served securely have no `crypto.randomUUID`. */
export function newIdentity(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
