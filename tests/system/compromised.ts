// What a compromised dependency could try, run with the permissions of `deno task start`. Prints the
// outcome of each attempt.

const [port] = Deno.args;

/** Attempts, each of which throws if it is denied. */
const ATTEMPTS: Record<string, () => unknown> = {
  "read a file of the system": () => Deno.readTextFileSync("/etc/passwd"),
  "read a file of the project": () => Deno.readTextFileSync("deno.json"),
  "read a file of the library": () => Deno.readTextFileSync("lib/mod.ts"),
  "write a file": () => Deno.writeTextFileSync("routes/mod.ts", "", { append: true }),
  "read an environment variable": () => Deno.env.get("HOME"),
  "read all environment variables": () => Deno.env.toObject(),
  "read PORT": () => Deno.env.get("PORT"),
  "run a program": () => new Deno.Command("sh", { args: ["-c", "true"] }).outputSync(),
  "load a native library": () => Deno.dlopen("/lib/x86_64-linux-gnu/libc.so.6", {}),
  "read the host's name": () => Deno.hostname(),
  "connect to another machine": () => fetch("http://192.0.2.1/"),
  "connect to the cloud's metadata": () => fetch("http://169.254.169.254/"),
  "resolve a name": () => Deno.resolveDns("example.com", "A"),
  "connect to a port of this machine by 127.0.0.1": () => fetch(`http://127.0.0.1:${port}/`),
  "connect to a port of this machine by 0.0.0.0": async () => {
    const connection = await Deno.connect({ hostname: "0.0.0.0", port: Number(port) });
    connection.close();
  },
  // Of other names than in the source, so that they are not loaded in advance.
  "import a URL": () => import(["https://", "esm.sh/is-odd@3.0.1"].join("")),
  "import from JSR": () => import(["jsr:", "@std/assert@1"].join("")),
  // The last one: after it, Deno takes the lock file for out of date in each import.
  "import another package of npm": () => import(["npm:", "is-odd@3.0.1"].join("")),
};

const outcomes: Record<string, string> = {};
for (const [name, attempt] of Object.entries(ATTEMPTS)) {
  try {
    await attempt();
    outcomes[name] = "allowed";
  } catch (error) {
    outcomes[name] = String(error);
  }
}
console.log(JSON.stringify(outcomes));
