import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { numbers, output, ROOT, Server, TEN } from "./server.ts";

Deno.test("the server prints one line, with what to type, and curl gets ten numbers", async () => {
  await using server = await Server.start();
  assertEquals(server.line, `Tenfold is at ${server.url}: curl -N ${server.url}/stream`);
  const { code, stdout } = await output("curl", "-sN", `${server.url}/stream`);
  assertEquals([code, numbers(stdout).toSorted()], [0, TEN]);
  assertMatch(stdout, /"elapsed":1000,"waited":10000,"steps":22/);
});

Deno.test("HTTP/1.0 and h2c get ten numbers, too", async () => {
  await using server = await Server.start();
  for (const flag of ["--http1.0", "--http2-prior-knowledge"]) {
    const { code, stdout } = await output("curl", "-sN", flag, `${server.url}/stream?delay=20`);
    assertEquals([code, numbers(stdout).toSorted()], [0, TEN]);
  }
});

Deno.test("on several threads, by deno serve, each gives ten numbers", async () => {
  // With no permission to read the environment, which must not stop it.
  const flags = ["--parallel", "--port=0", "--host=127.0.0.1"];
  await using server = await Server.start([
    "serve",
    ...flags,
    "--allow-read=lib,routes",
    "routes/mod.ts",
  ]);
  const health = await (await fetch(`${server.url}/health`)).json();
  assertEquals([health.status, health.region], ["ok", null]);
  const page = await fetch(server.url, { headers: { accept: "text/html" } });
  assertStringIncludes(await page.text(), "<svg");
  const streams = await Promise.all(Array.from({ length: 8 }, async () => {
    return numbers(await (await fetch(`${server.url}/stream?delay=20`)).text()).toSorted();
  }));
  for (const list of streams) assertEquals(list, TEN);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`on ${signal} the server ends its streams cleanly and exits with 0`, async () => {
    await using server = await Server.start();
    const clients = ["cooperative", "blocking"].map((mode) =>
      output("curl", "-sN", `${server.url}/stream?delay=60000&mode=${mode}`)
    );
    await server.hasOpen(2);
    const { code, signal: killed } = await server.stop(signal);
    assertEquals([code, killed], [0, null]);
    for (const { code, stdout } of await Promise.all(clients)) {
      assertEquals(code, 0, "curl: the stream was cut");
      assert(stdout.includes("event: start") && stdout.endsWith("\n\n"));
    }
  });
}

Deno.test("a server that is stopped as soon as it says where it is exits with 0", async () => {
  for (let round = 0; round < 5; round++) {
    await using server = await Server.start();
    const { code } = await server.stop();
    assertEquals(code, 0);
  }
});

Deno.test("a signal that comes twice at once, as from a terminal, is one", async () => {
  await using server = await Server.start();
  const client = output("curl", "-sN", `${server.url}/stream?delay=60000`);
  await server.hasOpen(1);
  server.signal("SIGINT");
  const { code } = await server.stop("SIGINT");
  assertEquals([code, (await client).code], [0, 0]);
});

Deno.test("a Host that is none is the client's mistake", async () => {
  await using server = await Server.start();
  for (const host of ["a b<>", "[::", "x:99999", 'evil"', "a`id`b", "$(id)"]) {
    const args = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", `Host: ${host}`];
    assertEquals((await output("curl", ...args, `${server.url}/stream`)).stdout, "400", host);
  }
});

Deno.test("a thousand clients that leave in the middle of a burst leave nothing behind", async () => {
  await using server = await Server.start();
  // Each event of the log is a line of a burst that is far longer than what is read of it.
  const url = `${server.url}/stream?count=200&delay=1&jitter=30&trace=1`;
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 100 }, async () => {
      const { body } = await fetch(url);
      const reader = body!.getReader();
      await reader.read();
      await reader.read();
      await reader.cancel();
    }));
  }
  await server.hasOpen(0);
  const text = await (await fetch(`${server.url}/stream?delay=1`)).text();
  assertEquals(numbers(text).toSorted(), TEN);
});

Deno.test("a variable that is none of its numbers, or a port that is taken, is said in a line", async () => {
  await using server = await Server.start();
  const { port } = new URL(server.url);
  for (
    const [env, message] of [
      [{ PORT: "http" }, "PORT: expected a whole number from 0 to 65535"],
      [{ PORT: "70000" }, "65535"],
      [{ PORT: "08000" }, "PORT: expected"],
      [{ PORT: port }, "in use"],
      [{ PORT: "0", MAX_STREAMS: "0" }, "MAX_STREAMS: expected a whole number from 1"],
    ] as const
  ) {
    const args = ["run", "--allow-net", "--allow-env", "main.ts"];
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: ROOT,
      env: { ...env, NO_COLOR: "1" },
      stderr: "piped",
      stdout: "null",
    }).output();
    const text = new TextDecoder().decode(stderr).trim();
    assertEquals(code, 1);
    assertStringIncludes(text, message);
    assertEquals(text.split("\n").length, 1, text);
  }
});
