import { cut, formatAll, formatValue } from "./format.ts";

/**
 * The console of a program. It can't be changed, so that it is the same in each run.
 *
 * @param print Called with each text.
 * @param now The time of the program, in ms.
 */
export function consoleOf(print: (text: string) => void, now: () => number): object {
  let indent = "";
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();
  const write = (text: string) => print(cut(indent + text.replaceAll("\n", `\n${indent}`)));
  const log = (...values: unknown[]) => write(formatAll(values));
  const group = (...values: unknown[]) => {
    if (values.length > 0) log(...values);
    indent += "  ";
  };
  const writeTime = (label: unknown, values: readonly unknown[]) => {
    const name = String(label);
    const begun = timers.get(name);
    if (begun === undefined) return write(`There is no timer "${name}"`);
    write([`${name}: ${now() - begun} ms`, ...values.map(formatValue)].join(" "));
  };
  const methods: Record<string, (...values: unknown[]) => void> = {
    log,
    debug: log,
    info: log,
    warn: log,
    error: log,
    dirxml: log,
    dir: (value) => write(formatValue(value)),
    trace: (...values) =>
      write(["Trace", ...values.length > 0 ? [formatAll(values)] : []].join(": ")),
    assert(isTrue, ...values) {
      if (isTrue) return;
      write(["Assertion failed", ...values.length > 0 ? [formatAll(values)] : []].join(": "));
    },
    count(label = "default") {
      const name = String(label);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      write(`${name}: ${counts.get(name)}`);
    },
    countReset: (label = "default") => void counts.delete(String(label)),
    group,
    groupCollapsed: group,
    groupEnd: () => void (indent = indent.slice(2)),
    time: (label = "default") => void timers.set(String(label), now()),
    timeLog: (label = "default", ...values) => writeTime(label, values),
    timeEnd(label = "default") {
      writeTime(label, []);
      timers.delete(String(label));
    },
    table: (value, columns) => write(tableOf(value, columns) ?? formatValue(value)),
    clear() {},
    timeStamp() {},
  };
  return Object.freeze(methods);
}

/** What the columns of a table are called that have no name of their own. */
const [INDEX, VALUES] = ["(index)", "Values"];

/** The members of a value as lines, one below the other. What has no members is no table. */
function tableOf(value: unknown, columns: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const isList = value instanceof Map || value instanceof Set;
  const rows = Object.entries(isList ? [...value] : value).map(([index, row]) => {
    const isObject = typeof row === "object" && row !== null;
    const cells = Object.entries(isObject ? row : { [VALUES]: row });
    return new Map([[INDEX, index], ...cells.map(([name, cell]) => [name, shown(cell)] as const)]);
  });
  const names = Array.isArray(columns)
    ? [INDEX, ...columns.map(String)]
    : [...new Set([INDEX, ...rows.flatMap((row) => [...row.keys()])])];
  const widths = names.map((name) =>
    Math.max(name.length, ...rows.map((row) => row.get(name)?.length ?? 0))
  );
  const lines = [new Map(names.map((name) => [name, name])), ...rows].map((row) =>
    names.map((name, at) => (row.get(name) ?? "").padEnd(widths[at]!)).join("  ").trimEnd()
  );
  return lines.join("\n");
}

/** A value within another one: a text has quotation marks there. */
function shown(value: unknown): string {
  return formatValue([value]).slice(1, -1);
}
