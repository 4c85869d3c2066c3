/**
 * Identities: short texts that are equal exactly when what they stand for is.
 *
 * @module
 */
import { crypto } from "../device/builtins.ts";
import type { Params } from "./plan.ts";

/** JSON with the keys in order: the same text for the same contents. −0 is 0. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => a < b ? -1 : 1);
    return `{${entries.map(([key, v]) => `${JSON.stringify(key)}:${canonical(v)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** The first 128 bits of the SHA-256 of a text or of bytes, as 32 hexadecimal digits. */
export function digest(content: string | Uint8Array): string {
  return crypto().createHash("sha256").update(content).digest("hex").slice(0, 32);
}

/** A trial's identity: of its sweep's name, its parameters in any order, and its seed. */
export function trialIdentity(sweep: string, params: Params, seed: number): string {
  return digest(canonical({ sweep, params, seed }));
}
