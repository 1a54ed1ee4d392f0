// Checks which way imports go, those of types included, and prints how many there are. Part of
// `deno task ok`: a file may import from its own room and from the rooms below, never in a circle.

/** The rooms of the library, from the top to the bottom. `lib/mod.ts` is above them all. */
const LIB = ["lint", "testing", "combine", "sync", "ops", "run", "core", "trace"];

/** What runs in one place only must not be imported where it can't run. */
const FORBIDDEN: readonly [from: string, to: string][] = [
  ["lib/", "routes/"],
  ["routes/", "main.ts"],
  ["routes/lab/view/", "routes/lab/server/"],
  ["routes/lab/view/", "routes/lab/browser/"],
  ["routes/lab/browser/", "routes/lab/server/"],
  ["routes/lab/server/", "routes/lab/browser/"],
  ["routes/tutorial/", "routes/lab/"],
  ["routes/tutorial/", "routes/stream/"],
  ["routes/stream/", "routes/lab/"],
];

/** The files that each file imports, by path from the root of the project. */
async function readImports(paths: string[], root: URL): Promise<Map<string, string[]>> {
  const imports = new Map<string, string[]>();
  for (const path of paths) {
    const text = await Deno.readTextFile(new URL(path, root));
    const specifiers = [
      ...text.matchAll(/^(?:import|export)\b[^"';]*?"(\.[^"]+)"/gm),
      ...text.matchAll(/\bimport\("(\.[^"]+)"\)/g),
    ];
    const urls = specifiers.map(([, specifier]) => new URL(specifier!, new URL(path, root)).href);
    imports.set(path, [...new Set(urls)].map((href) => href.slice(root.href.length)));
  }
  return imports;
}

/** How far down in the library a file is. */
function floorOf(path: string): number {
  return LIB.indexOf(path.split("/")[1]!);
}

function wrongWays(imports: Map<string, string[]>): string[] {
  const wrong: string[] = [];
  for (const [from, targets] of imports) {
    for (const to of targets) {
      const isUp = from.startsWith("lib/") && to.startsWith("lib/") && floorOf(to) < floorOf(from);
      const isForbidden = FORBIDDEN.some(([a, b]) => from.startsWith(a) && to.startsWith(b));
      if (isUp || isForbidden) wrong.push(`${from} must not import ${to}`);
    }
  }
  return wrong;
}

/** A circle of imports, if there is one. */
function findCircle(imports: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  function visit(file: string): string[] | undefined {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    done.add(file);
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next);
      if (circle !== undefined) return circle;
    }
    path.pop();
  }
  for (const file of imports.keys()) {
    const circle = visit(file);
    if (circle !== undefined) return circle;
  }
}

function filesBelow(folder: string, root: URL): string[] {
  return [...Deno.readDirSync(new URL(folder, root))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return filesBelow(`${folder}${name}/`, root);
    return name.endsWith(".ts") ? [`${folder}${name}`] : [];
  });
}

const root = new URL("../", import.meta.url);
const files = ["main.ts", ...filesBelow("routes/", root), ...filesBelow("lib/", root)];
const imports = await readImports(files, root);
const problems = wrongWays(imports);
const circle = findCircle(imports);
if (circle !== undefined) problems.push(`a circle of imports: ${circle.join(" -> ")}`);
const within = (folder: string) =>
  [...imports].filter(([from]) => from.startsWith(folder) && !from.endsWith("mod.ts"))
    .flatMap(([, targets]) => targets.filter((to) => to.startsWith(folder))).length;
console.log(
  `${files.length} files, ${within("lib/")} imports in lib, ${within("routes/")} in routes`,
);
for (const problem of problems) console.error(problem);
Deno.exit(problems.length === 0 ? 0 : 1);
