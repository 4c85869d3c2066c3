/**
 * What a compiler may do to WGSL that takes sums and products in any order (Metal's fast math): functions are rewritten as text. Within a
 * function, products are taken from the right, sums grouped by what their terms have in common (a − n·A + n·B becomes a + n·(B − A), the
 * constant folded) and then taken from the right, and what a `let` names is seen through. Calls of functions are not: what is behind
 * `held()` stays apart.
 */

type Expression =
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "name"; readonly text: string }
  | { readonly kind: "call"; readonly text: string; readonly args: readonly Expression[]; readonly rest: string }
  | { readonly kind: "negative"; readonly of: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression };

const TOKEN =
  /\s*(0x[\da-f]*\.?[\da-f]*(?:p[+-]?\d+)?[fu]?|\d*\.?\d+(?:e[+-]?\d+)?[fui]?|[A-Za-z_]\w*(?:<\w+>)?|\S)/giy;

/** Reads sums and products of numbers, names and calls. Gives up at all else. */
class Reader {
  readonly #tokens: string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = [...text.matchAll(new RegExp(TOKEN.source, "gi"))].map(([, token]) => token!);
  }

  read(): Expression | undefined {
    try {
      const found = this.#sum();
      return this.#at === this.#tokens.length ? found : undefined;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new SyntaxError(token);
  }

  #chain(operators: readonly string[], next: () => Expression): Expression {
    let left = next();
    while (operators.includes(this.#tokens[this.#at]!)) {
      const operator = this.#tokens[this.#at++]!;
      left = { kind: "binary", operator, left, right: next() };
    }
    return left;
  }

  #sum(): Expression {
    return this.#chain(["+", "-"], () => this.#chain(["*", "/"], () => this.#unary()));
  }

  #unary(): Expression {
    return this.#take("-") ? { kind: "negative", of: this.#unary() } : this.#primary();
  }

  #primary(): Expression {
    const token = this.#tokens[this.#at++] ?? "";
    if (token === "(") {
      const inner = this.#sum();
      this.#expect(")");
      return inner;
    }
    if (/^[\d.]/.test(token)) return { kind: "number", text: token };
    if (!/^[A-Za-z_]/.test(token)) throw new SyntaxError(token);
    if (!this.#take("(")) return { kind: "name", text: token + this.#members() };
    const args: Expression[] = [];
    while (!this.#take(")")) {
      if (args.length) this.#expect(",");
      args.push(this.#sum());
    }
    return { kind: "call", text: token, args, rest: this.#members() };
  }

  #members(): string {
    let text = "";
    while (this.#take(".")) text += `.${this.#tokens[this.#at++]}`;
    return text;
  }
}

const show = (x: Expression): string => {
  switch (x.kind) {
    case "number":
    case "name":
      return x.text;
    case "call":
      return `${x.text}(${x.args.map(show).join(", ")})${x.rest}`;
    case "negative":
      return `(-${show(x.of)})`;
    case "binary":
      return `(${show(x.left)} ${x.operator} ${show(x.right)})`;
  }
};

/** A factor of a product, and whether it divides. */
type Factor = readonly [of: Expression, divides: boolean];

function factors(x: Expression, divides = false): Factor[] {
  if (x.kind === "binary" && (x.operator === "*" || x.operator === "/")) {
    const right = x.operator === "/" ? !divides : divides;
    return [...factors(x.left, divides), ...factors(x.right, right)];
  }
  return [[x, divides]];
}

/** A term of a sum: a number in front, and factors that are none. */
interface Term {
  readonly number: number;
  readonly rest: readonly Factor[];
}

function terms(x: Expression, sign = 1): Term[] {
  if (x.kind === "negative") return terms(x.of, -sign);
  if (x.kind === "binary" && (x.operator === "+" || x.operator === "-")) {
    return [...terms(x.left, sign), ...terms(x.right, x.operator === "-" ? -sign : sign)];
  }
  let number = sign;
  const rest: Factor[] = [];
  for (const [of, divides] of factors(x)) {
    const value = of.kind === "number" ? Number(of.text.replace(/f$/, "")) : NaN;
    if (!Number.isNaN(value) && !divides) number = Math.fround(number * value);
    else rest.push([of, divides]);
  }
  return [{ number, rest }];
}

const fromRight = (parts: readonly string[], operator: string): string =>
  parts.length === 1 ? parts[0]! : `(${parts[0]} ${operator} ${fromRight(parts.slice(1), operator)})`;

function showTerm({ number, rest }: Term): string {
  const above = rest.filter(([, divides]) => !divides).map(([of]) => fast(of));
  const below = rest.filter(([, divides]) => divides).map(([of]) => fast(of));
  const negative = number === -1 && above.length > 0;
  if ((number !== 1 && !negative) || above.length === 0) above.unshift(literal(number));
  const product = fromRight(above, "*");
  const text = below.length ? `(${product} / ${fromRight(below, "*")})` : product;
  return negative ? `(-${text})` : text;
}

/** A float32 in WGSL. */
const literal = (x: number) => `f32(${x < 0 ? "-" : ""}${Math.abs(x).toPrecision(9)}f)`;

/** An expression as a compiler may take it. */
function fast(x: Expression): string {
  if (x.kind === "call") return show({ ...x, args: x.args.map((arg) => ({ kind: "name", text: fast(arg) })) });
  if (x.kind === "number" || x.kind === "name") return x.text;
  const grouped = new Map<string, Term>();
  for (const { number, rest } of terms(x)) {
    const key = rest.map(([of, divides]) => `${divides ? "/" : "*"}${show(of)}`).sort().join("");
    grouped.set(key, { number: Math.fround((grouped.get(key)?.number ?? 0) + number), rest });
  }
  return fromRight([...grouped.values()].filter(({ number }) => number !== 0).map(showTerm), "+");
}

/** Puts what names stand for in their place. */
function seeThrough(x: Expression, known: ReadonlyMap<string, Expression>): Expression {
  switch (x.kind) {
    case "number":
      return x;
    case "name":
      return known.get(x.text) ?? x;
    case "call":
      return { ...x, args: x.args.map((arg) => seeThrough(arg, known)) };
    case "negative":
      return { ...x, of: seeThrough(x.of, known) };
    case "binary":
      return { ...x, left: seeThrough(x.left, known), right: seeThrough(x.right, known) };
  }
}

/** Whether an expression surely is of f32: it has a number with a point in it, or a function whose result is one. */
function isFloat(x: Expression): boolean {
  switch (x.kind) {
    case "number":
      return /[.p]|f$/i.test(x.text);
    case "name":
      return false;
    case "call":
      return /^(exp|held|log|f32|\w+Of)$/.test(x.text);
    case "negative":
      return isFloat(x.of);
    case "binary":
      return isFloat(x.left) || isFloat(x.right);
  }
}

const STATEMENT = /^(\s*)(let (\w+) = |return |var (\w+) = |(\w+) = )(.+);(.*)$/;

/** A function's text as a compiler may take it. Statements that are more than sums, products and calls stay. */
export function reassociated(text: string): string {
  const known = new Map<string, Expression>();
  return text.split("\n").map((line) => {
    if (/^fn /.test(line)) known.clear();
    const [, indent, start, name, variable, assigned, body, comment] = STATEMENT.exec(line) ?? [];
    if (body === undefined) return line;
    if (variable ?? assigned) forget(known, (variable ?? assigned)!);
    const read = new Reader(body).read();
    if (!read) return line;
    const whole = seeThrough(read, known);
    // A name that stands for itself alone, or for a call, is as good as what it names.
    if (name && whole.kind !== "call" && isFloat(whole)) known.set(name, whole);
    return isFloat(whole) || whole.kind === "call" ? `${indent}${start}${fast(whole)};${comment}` : line;
  }).join("\n");
}

/** What was known of a variable is no longer so: neither are expressions that have it in them. */
function forget(known: Map<string, Expression>, variable: string): void {
  for (const [name, of] of known) if (new RegExp(`\\b${variable}\\b`).test(show(of))) known.delete(name);
}
