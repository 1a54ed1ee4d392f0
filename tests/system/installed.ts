/**
 * Where a program is that a test needs and that may be missing, or `undefined`, said aloud: for
 * `Deno.test({ ignore: !installed("nginx"), … })`.
 *
 * @param program Its name, which is also that of its package in Debian.
 */
export function installed(program: string): string | undefined {
  // Daemons are in sbin, which is not on everybody's path.
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
