/** Content security policies of pages that have everything inside. */

/** The policy of a page, but for what it may connect to: its own style and script, known by their hashes, and nothing else. */
export async function policyOf(
  { script, style }: { readonly script: string; readonly style: string },
): Promise<string> {
  const [ofScript, ofStyle] = await Promise.all([hash(script), hash(style)]);
  return `default-src 'none'; script-src '${ofScript}'; style-src '${ofStyle}'; img-src data:; base-uri 'none'; form-action 'none'`;
}

async function hash(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}
