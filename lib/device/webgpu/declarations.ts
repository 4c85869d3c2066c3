/** The declarations of WGSL texts. */

/** A function, a variable, a type or a constant of a module. */
export interface Declaration {
  readonly kind: string;
  readonly text: string;
  /** Identifiers in it, but for members. */
  readonly uses: ReadonlySet<string>;
}

/** Names, but for members. */
export const IDENTIFIER = /(?<![\w.])[A-Za-z_]\w*/g;
/** In a struct, what stands before a colon is a member. */
const IDENTIFIER_IN_STRUCT = /(?<![\w.])[A-Za-z_]\w*(?!\w|\s*:)/g;
export const identifiers = (kind: string) => kind === "struct" ? IDENTIFIER_IN_STRUCT : IDENTIFIER;

/** The declarations of a module by name. */
export function declarationsOf(code: string): Map<string, Declaration> {
  const found = new Map<string, Declaration>();
  const text = code.replace(/\/\/.*$/gm, "");
  let depth = 0, start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{") depth++;
    else if (character === "}") depth--;
    if (depth > 0 || (character !== "}" && character !== ";")) continue;
    const declaration = text.slice(start, at + 1).trim();
    start = at + 1;
    const head = /^(?:@\w+(?:\([^)]*\))?\s*)*(fn|const|alias|struct|var(?:<[^>]*>)?)\s+(\w+)/.exec(declaration);
    if (!head) continue; // a semicolon after a struct
    const [, kind, name] = head;
    found.set(name!, { kind: kind!, text: declaration, uses: new Set(declaration.match(identifiers(kind!))) });
  }
  return found;
}

/** Declarations of a library that a text refers to, and those that these refer to, as text. */
export function neededBy(text: string, library: ReadonlyMap<string, Declaration>): string {
  const needed = new Set<string>();
  const need = (names: Iterable<string>) => {
    for (const name of names) {
      const declaration = library.get(name);
      if (!declaration || needed.has(name)) continue;
      needed.add(name);
      need(declaration.uses);
    }
  };
  need(text.match(IDENTIFIER) ?? []);
  return [...library].filter(([name]) => needed.has(name)).map(([, { text }]) => text).join("\n\n");
}
