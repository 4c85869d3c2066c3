/** Whether a saved state belongs to an optimiser: checked as a whole before anything of it is taken. */
import { Tensor } from "../tensor/tensor.ts";

/** Tensors that an optimiser remembers about one parameter, such as its momentum buffer. */
export type ParamState = Record<string, Tensor | number>;

/** An optimiser's memory: settings of its groups, and what it remembers about each parameter, by its position. */
export interface OptimizerState<S> {
  /** Settings, one entry a group, in the order of the groups. */
  groups: S[];
  /**
   * What is remembered about parameters, by their position over all groups, from 0; a parameter that took no step has
   * no entry.
   */
  state: Record<number, ParamState>;
  /** How many parameters each group has, if that is known: a state of another number is refused. */
  counts?: number[];
}

/** Names of what an optimiser remembers about a parameter: a tensor of its shape, one that may be missing, a whole number from 0, or any number. */
export type Memory = Readonly<Record<string, "tensor" | "tensor?" | "count" | "number">>;

/** Settings that states of earlier versions do not have: without them, the optimiser keeps its own. */
const LATER: ReadonlySet<string> = new Set(["maximize"]);

/** What of an optimiser says which states are its own. */
export interface Owner<S> {
  /** Its class. */
  readonly name: string;
  readonly groups: readonly { readonly params: readonly Tensor[]; readonly settings: S }[];
  /** What it remembers of a parameter; undefined where it does not say. */
  readonly memory: Memory | undefined;
  /** Throws for settings out of range. */
  checkSettings(settings: S): void;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const kindOf = (value: unknown) => value === null ? "null" : value instanceof Tensor ? "a tensor" : typeof value;

function refuse(what: string, Kind: typeof RangeError | typeof TypeError = RangeError): never {
  throw new Kind(`Cannot load this state: ${what}`);
}

/**
 * Throws unless `saved` is a state of such an optimiser over as many parameters of the same shapes.
 *
 * @throws {TypeError} for what is no state at all; {@linkcode RangeError} for that of another optimiser
 */
export function checkState<S extends object>(owner: Owner<S>, saved: OptimizerState<S>): void {
  checkForm(saved);
  const { groups, state, counts } = saved;
  if (groups.length !== owner.groups.length) {
    refuse(`it has ${groups.length} parameter groups, the optimiser ${owner.groups.length}`);
  }
  owner.groups.forEach((group, i) => {
    checkGroup(owner, groups[i]!, group.settings, i);
    const count = counts?.[i] ?? group.params.length;
    if (count !== group.params.length) {
      refuse(`its group ${i} has ${count} parameters, that of the optimiser ${group.params.length}`);
    }
  });
  const params = owner.groups.flatMap((group) => group.params);
  for (const [position, own] of Object.entries(state)) {
    const p = params[Number(position)];
    if (!p || String(Number(position)) !== position) {
      refuse(`it is about parameter ${position}, the optimiser has ${params.length}`);
    }
    checkMemory(owner, own, p, position);
  }
}

/** What JavaScript may pass for a state, and is none. */
function checkForm(saved: { readonly groups: unknown; readonly state: unknown; readonly counts?: unknown }): void {
  const { groups, state, counts } = isObject(saved) ? saved : {} as typeof saved;
  const wrong = !isObject(saved)
    ? `found ${kindOf(saved)}`
    : !Array.isArray(groups) || ![...groups].every(isObject)
    ? `found no list of groups in it`
    : !isObject(state) || !Object.values(state).every(isObject)
    ? `found no memory by parameter in it`
    : counts !== undefined &&
        !(Array.isArray(counts) && counts.length === groups.length && [...counts].every(Number.isInteger))
    ? `found no count for each group in it`
    : undefined;
  if (wrong) refuse(`expected an object { groups, state }, as stateDict() gives it, ${wrong}`, TypeError);
}

/** The settings are those of this optimiser, none more and none less, and in range. */
function checkGroup<S extends object>(owner: Owner<S>, saved: S, own: S, i: number): void {
  const { name } = owner;
  for (const key of Object.keys(saved)) {
    if (!Object.hasOwn(own, key)) {
      refuse(`its group ${i} has ${key}, and the settings of ${name} are ${Object.keys(own).join(", ")}`);
    }
  }
  for (const [key, value] of Object.entries(own)) {
    const found: unknown = Reflect.get(saved, key);
    if (!Object.hasOwn(saved, key)) {
      if (LATER.has(key)) continue;
      refuse(`its group ${i} lacks ${key}, a setting of ${name}`);
    }
    if (typeof found !== typeof value || Array.isArray(found) !== Array.isArray(value)) {
      refuse(
        `${key} of its group ${i} must be ${Array.isArray(value) ? "a list" : typeof value}, found ${kindOf(found)}`,
      );
    }
  }
  try {
    owner.checkSettings(saved);
  } catch (error) {
    throw new RangeError(`Cannot load this state: group ${i}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** What it remembers of a parameter is what this optimiser remembers. */
function checkMemory<S>({ name, memory }: Owner<S>, saved: object, p: Tensor, position: string): void {
  for (const [key, value] of Object.entries(saved)) {
    const kind = memory ? Object.hasOwn(memory, key) ? memory[key]! : undefined : typeof value;
    if (kind === undefined) {
      refuse(
        `it has "${key}" of parameter ${position}, and ${name} remembers ${
          Object.keys(memory!).join(", ") || "nothing"
        }`,
      );
    }
    if (value instanceof Tensor) {
      const whole = kind === "tensor" || kind === "tensor?" || value.ndim > 0;
      if (whole && String(value.shape) !== String(p.shape)) {
        refuse(
          `"${key}" of parameter ${position} is [${value.shape.join(", ")}], found a parameter [${p.shape.join(", ")}]`,
        );
      }
      if (whole && value.dtype !== p.dtype) {
        refuse(`"${key}" of parameter ${position} is ${value.dtype}, not ${p.dtype}`);
      }
    } else if (typeof value !== "number") {
      refuse(`"${key}" of parameter ${position} must be a tensor or a number, found ${kindOf(value)}`);
    }
    const isCount = typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
    const isNumber = typeof value === "number" && Number.isFinite(value);
    const fits = !memory || (kind === "count" ? isCount : kind === "number" ? isNumber : value instanceof Tensor);
    if (!fits) {
      const wanted = kind === "count" ? "a whole number from 0" : kind === "number" ? "a finite number" : "a tensor";
      refuse(
        `"${key}" of parameter ${position} must be ${wanted}, found ${
          typeof value === "number" ? value : kindOf(value)
        }`,
      );
    }
  }
  for (const [key, kind] of Object.entries(memory ?? {})) {
    if (!kind.endsWith("?") && !Object.hasOwn(saved, key)) refuse(`it lacks "${key}" of parameter ${position}`);
  }
}
