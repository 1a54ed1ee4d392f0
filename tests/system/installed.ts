/**
 * The path of a program that a test needs, or `undefined`, with a warning, if it is missing: for
 * `Deno.test({ ignore: !installed("nginx"), … })`.
 *
 * @param program The name of the program and of its Debian package.
 */
export function installed(program: string): string | undefined {
  // Daemons are in sbin, which is not on every user's path.
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin"];
  const path = folders.map((folder) => `${folder}/${program}`).find(isFile);
  if (path === undefined) {
    console.warn(`tests that need ${program} are SKIPPED; to run them: apt-get install ${program}`);
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
