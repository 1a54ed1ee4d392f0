import { assertEquals, assertMatch } from "@std/assert";
import { argumentsOf, output, ROOT } from "./server.ts";

/** What the permissions of `deno task start` allow. `routes/README.md` says what follows from it. */
const ALLOWED = [
  "read a file of the library",
  "read PORT",
  "connect to a port of this machine by 0.0.0.0",
];

Deno.test("permissions: a compromised dependency can do what is written down, and nothing else", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = listener.accept().then((connection) => connection.close());
  const lock = Deno.readTextFileSync(new URL("deno.lock", ROOT));
  const args = argumentsOf("start").slice(0, -1);
  const { stdout, stderr } = await output(
    Deno.execPath(),
    ...args,
    "--no-prompt",
    "tests/system/compromised.ts",
    String(listener.addr.port),
  );
  const outcomes: Record<string, string> = JSON.parse(
    stdout || `{"error":${JSON.stringify(stderr)}}`,
  );
  const allowed = Object.keys(outcomes).filter((name) => outcomes[name] === "allowed");
  assertEquals(allowed, ALLOWED);
  await accepting;
  for (const [name, outcome] of Object.entries(outcomes)) {
    if (outcome === "allowed") continue;
    // Denied, not only without success: this machine may have no network.
    if (name === "import a URL") assertMatch(outcome, /remote specifier.*--no-remote/);
    else if (name === "import from JSR") assertMatch(outcome, /--no-remote|JSR|jsr/);
    else if (name === "import another package of npm") assertMatch(outcome, /lockfile|npm/);
    else assertMatch(outcome, /^NotCapable: /, name);
  }
  assertEquals(Deno.readTextFileSync(new URL("deno.lock", ROOT)), lock);
});
