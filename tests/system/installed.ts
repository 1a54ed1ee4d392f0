/**
 * The path of a program that a test needs, or `undefined`, with a warning, if it is missing: for
 * `Deno.test({ ignore: !installed("nginx"), … })`.
 *
 * @param program The name of the program, or its path.
 * @param debianPackage The Debian package that has it.
 */
export function installed(program: string, debianPackage = program): string | undefined {
  // Daemons are in sbin, which is not on every user's path.
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin"];
  const paths = program.includes("/") ? [program] : folders.map((folder) => `${folder}/${program}`);
  const path = paths.find(isFile);
  if (path === undefined) {
    const install = `apt-get install ${debianPackage}`;
    console.warn(`tests that need ${program} are SKIPPED; to run them: ${install}`);
  }
  return path;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
