import plugin from "@tenfold/loop/lint";

/** What the linter finds in a program: the line, from 1, and the rule. */
export function findings(source: string, name = "main.ts"): string[] {
  return Deno.lint.runPlugin(plugin, name, source)
    .sort((a, b) => a.range[0] - b.range[0])
    .map(({ id, range: [start] }) =>
      `${source.slice(0, start).split("\n").length} ${id.replace("tenfold/", "")}`
    );
}

/** What a program says of itself: each finding has the rule's name in a comment on its line. */
export function marks(source: string): string[] {
  return source.split("\n").flatMap((line, index) =>
    [...line.matchAll(/\/\/ tenfold\/([\w-]+)/g)].map(([, rule]) => `${index + 1} ${rule}`)
  );
}

/** A program with all fixes made. */
export function fixed(source: string): string {
  const changes = Deno.lint.runPlugin(plugin, "main.ts", source).flatMap(({ fix }) => fix ?? []);
  changes.sort((a, b) => b.range[0] - a.range[0]);
  for (const { range: [start, end], text } of changes) {
    source = source.slice(0, start) + text + source.slice(end);
  }
  return source;
}
