/** A longer text is cut: a log is to be read by a person. */
const LONGEST = 500;
/** How deep, and how many members of each list, are written out. */
const DEPTH = 3;
const MEMBERS = 20;

/** What a program prints, as one text. */
export function formatAll(values: readonly unknown[]): string {
  const [first, ...rest] = values;
  const texts = typeof first === "string" && rest.length > 0
    ? [filled(first, rest), ...rest.map(formatValue)]
    : values.map(formatValue);
  return cut(texts.join(" "));
}

/** A text in which values take the places that it has for them, as `%s`, and are taken away. */
function filled(text: string, values: unknown[]): string {
  return text.replace(/%[sdifoOjc%]/g, (place) => {
    if (place === "%%") return "%";
    if (values.length === 0) return place;
    const value = values.shift();
    if (place === "%c") return "";
    if (!/[dif]/.test(place[1]!)) return formatValue(value);
    const number = typeof value === "object" || typeof value === "symbol" ? NaN : Number(value);
    return formatValue(place === "%i" ? Math.trunc(number) : number);
  });
}

/** A value as a console would show it. Nothing that it does can throw. */
export function formatValue(value: unknown): string {
  try {
    return cut(typeof value === "string" ? value : inspect(value, [], DEPTH));
  } catch {
    return `[${typeof value}]`;
  }
}

/** A text that is not too long to be read. */
export function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function inspect(value: unknown, around: readonly object[], depth: number): string {
  if (typeof value === "string") return JSON.stringify(cut(value));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[function ${value.name || "without a name"}]`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error) return String(value);
  if (value instanceof Date || value instanceof RegExp) return String(value);
  if (around.includes(value)) return "[circle]";
  const inner = [...around, value];
  const show = (member: unknown) => inspect(member, inner, depth - 1);
  if (Array.isArray(value)) return depth === 0 ? "[…]" : list("[", Array.from(value, show), "]");
  const type = typeNameOf(value);
  if (ArrayBuffer.isView(value) && "length" in value) {
    return `${type}(${value.length}) ${inspect(Array.from(value as Uint8Array), around, depth)}`;
  }
  if (value instanceof Set) {
    return `Set(${value.size}) ${depth === 0 ? "{…}" : list("{ ", [...value].map(show), " }")}`;
  }
  if (value instanceof Map) {
    const entries = [...value].map(([key, member]) => `${show(key)} => ${show(member)}`);
    return `Map(${value.size}) ${depth === 0 ? "{…}" : list("{ ", entries, " }")}`;
  }
  const members = Object.entries(value).map(([key, member]) =>
    `${/^[\w$]+$/.test(key) ? key : JSON.stringify(key)}: ${depth === 0 ? "…" : show(member)}`
  );
  const text = members.length === 0 ? "{}" : depth === 0 ? "{…}" : list("{ ", members, " }");
  return type === "Object" || type === "" ? text : `${type} ${text}`;
}

function list(open: string, members: readonly string[], close: string): string {
  const shown = members.slice(0, MEMBERS).join(", ");
  const rest = members.length > MEMBERS ? `, … ${members.length - MEMBERS} more` : "";
  return `${open}${shown}${rest}${close}`;
}

function typeNameOf(value: object): string {
  const { constructor } = value as { constructor?: unknown };
  return typeof constructor === "function" ? constructor.name : "";
}
