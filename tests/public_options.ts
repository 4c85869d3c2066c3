/** The parameters of all that is public that take an object of options, as `deno doc` tells of them. */
import { run } from "./tasks/command.ts";

const ROOT = new URL("..", import.meta.url).href;

/** A property of an object type. */
interface Property {
  readonly name: string;
  readonly optional: boolean;
}

/** A type in the JSON of `deno doc`, as far as it is looked at here. */
interface Type {
  readonly kind: string;
  readonly value: unknown;
}

interface Parameter {
  readonly kind: string;
  readonly name?: string;
  readonly tsType?: Type;
  readonly left?: Parameter;
}

interface Method {
  readonly name: string;
  readonly kind: string;
  readonly accessibility?: string;
  readonly isStatic?: boolean;
  readonly functionDef: { readonly params: readonly Parameter[] };
}

interface Declaration {
  readonly kind: string;
  readonly location: { readonly filename: string };
  readonly def: {
    readonly params?: readonly Parameter[];
    readonly constructors?: readonly { readonly params: readonly Parameter[] }[];
    readonly methods?: readonly Method[];
    readonly properties?: readonly Property[];
    readonly extends?: readonly Type[];
    readonly tsType?: Type;
  };
}

/** What of a reference to a type says which one it is. */
interface Reference {
  readonly typeName: string;
  readonly typeParams?: readonly Type[];
  readonly resolution?: { readonly kind: string; readonly specifier?: string };
}

/** A parameter that takes options: what is called, such as `nn/conv2d new Conv2d options`, and the names of its options. */
export interface OptionsParameter {
  readonly key: string;
  readonly names: readonly string[];
}

/** A type that is a text, in JSON. */
const QUOTED = /"string":"(\w+)"/g;

/** Types that pass on the properties of their first argument. */
const THROUGH = ["Omit", "Partial", "Pick", "Required", "Readonly"];

/**
 * All parameters of functions, constructors and methods that are called `options`, or whose type, or a part of it, is an object type with
 * an optional property.
 *
 * @param modules the public modules, relative to the root
 */
export async function optionsParameters(modules: readonly string[]): Promise<OptionsParameter[]> {
  const { code, stdout, stderr } = await run(["doc", "--json", ...modules]);
  if (code !== 0) throw new Error(stderr);
  const { nodes } = JSON.parse(stdout) as {
    nodes: Record<string, { symbols: { name: string; declarations: Declaration[] }[] }>;
  };
  const symbols = Object.values(nodes).flatMap((module) => module.symbols);
  const declarations = symbols.flatMap(({ name, declarations }) => declarations.map((one) => ({ name, ...one })));
  const types = new Map(
    declarations.filter(({ kind }) => kind === "interface" || kind === "typeAlias").map((one) =>
      [`${one.location.filename} ${one.name}`, one] as const
    ),
  );

  const properties = (type: Type | undefined, file: string): readonly Property[] => {
    if (!type) return [];
    if (type.kind === "typeLiteral") return (type.value as { properties?: Property[] }).properties ?? [];
    if (type.kind === "intersection" || type.kind === "union") {
      return (type.value as Type[]).flatMap((part) => properties(part, file));
    }
    if (type.kind !== "typeRef") return [];
    const { typeName, typeParams, resolution } = type.value as Reference;
    if (THROUGH.includes(typeName)) {
      const all = properties(typeParams?.[0], file),
        chosen = [...JSON.stringify(typeParams?.[1] ?? 0).matchAll(QUOTED)];
      const isChosen = ({ name }: Property) => chosen.some(([, text]) => text === name);
      return typeName === "Omit"
        ? all.filter((one) => !isChosen(one))
        : typeName === "Pick"
        ? all.filter(isChosen)
        : all;
    }
    const home = resolution?.specifier === undefined ? file : new URL(resolution.specifier, file).href;
    // What a module passes on has its home elsewhere; two public types of one name stand beside what takes them.
    const found = types.get(`${home} ${typeName}`) ?? [...types.values()].find(({ name }) => name === typeName);
    if (!found) return [];
    const { filename } = found.location, { def } = found;
    if (found.kind === "typeAlias") return properties(def.tsType, filename);
    return [...def.properties ?? [], ...(def.extends ?? []).flatMap((part) => properties(part, filename))];
  };

  const found = new Map<string, OptionsParameter>();
  const look = (what: string, file: string, parameters: readonly Parameter[]) => {
    for (const parameter of parameters) {
      const named = parameter.left ?? parameter;
      const all = properties(parameter.tsType ?? named.tsType, file);
      if (named.name !== "options" && !all.some(({ optional }) => optional)) continue;
      const place = file.slice(ROOT.length).replace(/^lib\/|\.ts$/g, "");
      const key = `${place} ${what} ${named.name ?? "{}"}`;
      found.set(key, { key, names: [...new Set(all.map(({ name }) => name))] });
    }
  };
  for (const { name, kind, location: { filename }, def } of declarations) {
    if (kind === "function") look(name, filename, def.params ?? []);
    if (kind !== "class") continue;
    for (const { params } of def.constructors ?? []) look(`new ${name}`, filename, params);
    for (const method of def.methods ?? []) {
      if (method.kind !== "method" || method.accessibility) continue;
      look(`${name}${method.isStatic ? "." : "#"}${method.name}`, filename, method.functionDef.params);
    }
  }
  return [...found.values()].sort((a, b) => a.key < b.key ? -1 : 1);
}
