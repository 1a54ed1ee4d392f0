import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { numbers, output, ROOT, Server, TEN } from "./server.ts";

Deno.test("main: the server prints one line with a command, and curl gets ten numbers", async () => {
  await using server = await Server.start();
  assertEquals(server.line, `Tenfold is at ${server.url}: curl -N ${server.url}/stream`);
  const { code, stdout } = await output("curl", "-sN", `${server.url}/stream`);
  assertEquals([code, numbers(stdout).toSorted()], [0, TEN]);
  assertMatch(stdout, /"elapsed":1000,"waited":10000,"steps":22/);
});

Deno.test("main: HTTP/1.0 and h2c get ten numbers", async () => {
  await using server = await Server.start();
  for (const flag of ["--http1.0", "--http2-prior-knowledge"]) {
    const { code, stdout } = await output("curl", "-sN", flag, `${server.url}/stream?delay=20`);
    assertEquals([code, numbers(stdout).toSorted()], [0, TEN]);
  }
});

Deno.test("deno serve --parallel: each stream gives ten numbers", async () => {
  // Without the permission to read the environment, the server must still start.
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
  Deno.test(`main: on ${signal} the streams are cut after a whole event and the process exits with 0`, async () => {
    await using server = await Server.start();
    const clients = ["cooperative", "blocking"].map((mode) =>
      output("curl", "-sN", `${server.url}/stream?delay=60000&mode=${mode}`)
    );
    await server.hasOpen(2);
    const { code, signal: killed } = await server.stop(signal);
    assertEquals([code, killed], [0, null]);
    for (const { code, stdout } of await Promise.all(clients)) {
      // 18: the transfer was cut. A clean end would be the end of the run to some clients.
      assertEquals(code, 18);
      assertMatch(stdout, /\nevent: start\n.*\nid: .*\.0\n\nretry: \d+\n$/);
    }
    assertEquals(server.said, "");
  });
}

Deno.test("main: a server that is stopped as soon as it prints its address exits with 0", async () => {
  for (let round = 0; round < 5; round++) {
    await using server = await Server.start();
    const { code } = await server.stop();
    assertEquals(code, 0);
  }
});

Deno.test("main: a signal that is sent twice at once, as by a terminal, counts once", async () => {
  await using server = await Server.start();
  const client = output("curl", "-sN", `${server.url}/stream?delay=60000`);
  await server.hasOpen(1);
  server.signal("SIGINT");
  const { code } = await server.stop("SIGINT");
  assertEquals([code, (await client).code], [0, 18]);
});

Deno.test("/stream: a thousand clients that leave in the middle of a burst leave nothing behind", async () => {
  await using server = await Server.start();
  // With the trace, each burst is much longer than what the client reads of it.
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

Deno.test("main: a wrong variable or a port in use ends the process with one line", async () => {
  await using server = await Server.start();
  const { port } = new URL(server.url);
  for (
    const [env, message] of [
      [{ PORT: "http" }, "PORT: expected a whole number from 0 to 65535"],
      [{ PORT: "70000" }, "65535"],
      [{ PORT: "08000" }, "PORT: expected"],
      [{ PORT: port }, "in use"],
      [{ PUBLIC_URL: "example.com" }, "PUBLIC_URL: expected http:// or https://"],
      [{ PUBLIC_URL: "https://a/?$(id)" }, "PUBLIC_URL: expected"],
      [{ WORKERS: "0" }, "WORKERS: expected a whole number from 1 to 256"],
      [{ PORT: port, WORKERS: "2" }, "in use"],
      [{ PORT: "0", MAX_STREAMS: "0" }, "MAX_STREAMS: expected a whole number from 1"],
      [
        { PORT: "0", MAX_STREAMS: "1", WORKERS: "2" },
        "MAX_STREAMS: expected a whole number from 2",
      ],
    ] as const
  ) {
    const args = ["run", "--unstable-net", "--allow-net", "--allow-env", "--allow-read", "main.ts"];
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

Deno.test("main: a port or a file that is forbidden ends the process with its reason, however many workers", async () => {
  const flags = ["--unstable-net", "--no-prompt", "--allow-env", "--allow-net=0.0.0.0:0"];
  const forbidden = 'cannot listen on port 8001: NotCapable: Requires net access to "0';
  for (
    const [workers, port, read, reason] of [
      ["1", "8001", "--allow-read", forbidden],
      ["2", "8001", "--allow-read", forbidden],
      ["2", "0", "--allow-read=lib", "a worker has failed: Requires read access to"],
    ] as const
  ) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...flags, read, "main.ts"],
      cwd: ROOT,
      env: { PORT: port, WORKERS: workers, NO_COLOR: "1" },
      signal: AbortSignal.timeout(10_000),
    }).output();
    const [said, ...lines] = new TextDecoder().decode(stderr).trim().split("\n").reverse();
    assertStringIncludes(said!, reason);
    assertEquals([code, new TextDecoder().decode(stdout)], [1, ""]);
    // Deno prints that a worker has failed, too.
    assertEquals(lines.length, read === "--allow-read" ? 0 : 1);
  }
});
