import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import app from "../../routes/mod.ts";
import { countStreams } from "../../routes/stream/registry.ts";
import { withDefaults } from "../../routes/tutorial/parameters.ts";
import { lastIndex } from "../../routes/stream/events.ts";
import { encodeRun, type Run } from "../../routes/stream/event-id.ts";

const ROUTES = ["/stream", "/trace"];

/** The headers of every response of these routes: any origin may read it. */
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "Retry-After",
  vary: "Origin",
};

/** Traces of a failure of the server that no response may contain: stacks, paths, error names. */
const LEAK = /\n +at |:\d+:\d+|file:|\/work\/|routes\/|\.[jt]s\b|[A-Z]\w+Error/;

/** The only details that an error of a parameter may have: none echoes what was sent. */
const DETAIL = new RegExp(
  "^(" + [
    "expected a whole number from \\d+ to \\d+, in decimal digits",
    "expected \\w+( or \\w+)*",
    "given more than once",
    "unknown; known are \\w+(, \\w+)*",
    "count × \\(delay \\+ jitter\\) may be at most \\d+ ms when blocking, not \\d+",
  ].join("|") + ")$",
);

/** Checks that a response is a problem in its status, headers and body; returns the parameters it names. */
async function namedIn(response: Response, status: number, path: string): Promise<string[]> {
  assertEquals(response.status, status, path);
  assertEquals(Object.fromEntries(response.headers), {
    ...(ROUTES.includes(path.split("?")[0]!) && CORS),
    ...(status === 405 && { allow: "GET, HEAD, OPTIONS" }),
    "cache-control": "no-store",
    "content-type": "application/problem+json",
    "x-content-type-options": "nosniff",
  }, path);
  const text = await response.text();
  assertNotMatch(text, LEAK);
  assert(status !== 404 || !text.includes(path), path);
  const { type, title, status: reported, detail, errors = [] } = JSON.parse(text);
  assertEquals([type, reported], ["about:blank", status], path);
  assertMatch(title, /^[A-Z][A-Za-z ]+$/);
  const list: { parameter: string; detail: string }[] = errors;
  for (const { detail } of list) assertMatch(detail, DETAIL);
  const each = list.map(({ parameter, detail }) => `${parameter}: ${detail}`).join("; ");
  // An error of several parameters together is reported once.
  if (status === 400 && detail !== each) assertEquals(detail, list[0]!.detail);
  return list.map(({ parameter }) => parameter);
}

/** Sends a bad query by GET and HEAD; returns the parameters that the response names. */
async function refused(path: string, init: RequestInit = {}): Promise<string[]> {
  const before = countStreams().opened;
  const head = await app.request(path, { ...init, method: "HEAD" });
  assertEquals([head.status, await head.text()], [400, ""], path);
  const named = await namedIn(await app.request(path, init), 400, path);
  assertEquals(countStreams().opened, before, path);
  return named;
}

/** Reads a stream up to its first event, then cancels it. */
async function begin(path: string, init?: RequestInit): Promise<{ first: string; run: string }> {
  const response = await app.request(path, init);
  assertEquals(response.status, 200, path);
  assertEquals(Object.fromEntries(response.headers), {
    ...CORS,
    "cache-control": "no-store, no-transform",
    "content-type": "text/event-stream",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
  }, path);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let event: RegExpExecArray | null = null;
  while ((event = /^.*?^data: .*?\nid: (\S+)\.\d+\n\n/ms.exec(text)) === null) {
    const { value, done } = await reader.read();
    assert(!done, `no event: ${JSON.stringify(text)}`);
    text += value;
  }
  await reader.cancel();
  return { first: event[0], run: event[1]! };
}

/** Checks that a stream is of a new run and contains nothing of the request. */
async function beginsAnew(path: string, init?: RequestInit, why = ""): Promise<void> {
  const since = Date.now();
  const { first, run } = await begin(path, init);
  const start = why === ""
    ? "retry: 1000\n"
    : `: ${why}; this is a new run\nretry: 1000\nevent: resumed\n\n`;
  assertEquals(first.slice(0, start.length), start);
  assertMatch(
    first.slice(start.length),
    new RegExp(
      '^event: start\ndata: {("(count|delay|jitter|seed)":\\d+,?|"(mode|order)":"[a-z]+",?){6}}\n' +
        "id: 1(-\\d+){3}-[cb][sf]t?-\\d+-[\\da-z]+\\.0\n\n$",
    ),
  );
  // The ids that the tests send are of an earlier time.
  assert(parseInt(run.split("-").at(-1)!, 36) >= since, path);
}

/** Escapes what cannot stand in a URL, and nothing else. */
const escaped = (text: string) => text.replace(/[^\w.~%+-]/gu, encodeURIComponent);

const words = (text: string) => text.split(" ");

/** Spellings in a query that are not numbers. */
const NUMBERS = [
  ...words("-1 -0 +5 %2B5 %205 5+ 5%20 %095 5%0A 05 00 1.5 1.0 1,000 1_000 1e3 1E3 0x10 0b1 0o7"),
  ...words("1n NaN Infinity -Infinity null undefined true [] {} ten %00 5%00 %ff %E0%A4%A % %zz"),
  ...words("١٠ ５ ² Ⅷ 💩 %F0%9F %ED%A0%80 4294967296 9007199254740993 5; 5? 5%26 5%23"),
  ...["", "9".repeat(400), "5\u200b", "\ufeff5", "5\u2028", "1%0d%0aid:%202", "../../main.ts"],
  ...["<script>alert(1)</script>", "' OR 1=1--", "${7*7}"],
];

Deno.test("query: a malformed number is 400, names the parameter and does not echo the value", async () => {
  for (const parameter of ["count", "delay", "jitter", "seed"]) {
    for (const value of NUMBERS) {
      for (const route of ROUTES) {
        const path = `${route}?${parameter}=${escaped(value)}`;
        assertEquals(await refused(path), [parameter], path);
      }
    }
  }
});

/** Queries, and the parameters that are wrong in each. */
const QUERIES: [query: string, ...parameters: string[]][] = [
  // Out of range.
  ["count=0", "count"],
  ["count=1001", "count"],
  ["delay=60001", "delay"],
  ["jitter=60001", "jitter"],
  ["jitter=0.5", "jitter"],
  ["count=0&delay=-1&jitter=x&seed=", "count", "delay", "jitter", "seed"],
  // Too long together.
  ["mode=blocking&count=1000&delay=601", "count", "delay", "jitter"],
  ["mode=blocking&count=1000&delay=0&jitter=601", "count", "delay", "jitter"],
  ["mode=blocking&count=601", "count", "delay", "jitter"],
  ["mode=blocking&delay=60000&jitter=1", "count", "delay", "jitter"],
  // Unknown words.
  ...words(
    ", Blocking BLOCKING blocking+ block b 0 cooperative,blocking constructor __proto__ length",
  ).map((word): [string, string] => [`mode=${word}`, "mode"]),
  ...words("blocking%00 blocking%0A %E2%80%8Bblocking b%CC%81locking")
    .map((word): [string, string] => [`mode=${word}`, "mode"]),
  ...words("FIFO lifo random fifo,shuffled fifo%0d%0adata:%201 toString 0")
    .map((word): [string, string] => [`order=${word}`, "order"]),
  ["mode=&order=", "mode", "order"],
  // No value, no name.
  ["count", "count"],
  ["mode", "mode"],
  ["=", ""],
  ["=5", ""],
  ["seed=1&&=&&", ""],
  ["+=1", " "],
  // Given more than once, with the same value or another, escaped or not.
  ["count=1&count=1", "count"],
  ["seed=1&seed=2&seed=3", "seed", "seed"],
  ["seed=1&%73eed=1", "seed"],
  ["mode=blocking&mode=cooperative", "mode"],
  ["count=x&count=1", "count", "count"],
  // Other spellings, and names that other servers know.
  ["Count=1", "Count"],
  ["DELAY=1", "DELAY"],
  ["count%20=1", "count "],
  ["+count=1", " count"],
  ["n=10", "n"],
  ["mode=blocking&modes=cooperative", "modes"],
  ["count[]=1", "count[]"],
  ["count[0]=1&count[1]=2", "count[0]", "count[1]"],
  ["count.value=1", "count.value"],
  ["_method=DELETE", "_method"],
  ["callback=alert", "callback"],
  ["last-event-id=1", "last-event-id"],
  ["c%D0%BEunt=1", "c\u043eunt"],
  ["%EF%BD%83ount=1", "\uff43ount"],
  // Properties that every object has.
  ["__proto__=1", "__proto__"],
  ["__proto__[mode]=blocking", "__proto__[mode]"],
  ["constructor=1", "constructor"],
  ["constructor[prototype][seed]=1", "constructor[prototype][seed]"],
  ["toString=1&valueOf=2&hasOwnProperty=3", "toString", "valueOf", "hasOwnProperty"],
  // Other separators.
  ["?count=1", "?count"],
  ["count=1?delay=1", "count"],
  ["count=1;delay=1", "count"],
  ["count=1%26delay=1", "count"],
  ["count%3D1", "count=1"],
  ["count=1&amp;delay=1", "amp;delay"],
  ["count==1", "count"],
  // Bytes that are not UTF-8, and text that could break out of a header, JSON or HTML.
  ["count%00=1", "count\0"],
  ["%00=1", "\0"],
  ["%ff=1", "\ufffd"],
  ["%E0%A4%A=1", "\ufffd%A"],
  ["%=1", "%"],
  ["%zz=1", "%zz"],
  ["%ED%A0%80=1", "\ufffd\ufffd\ufffd"],
  ["%F0%9F%92%A9=1", "💩"],
  ["%E2%80%A8=1", "\u2028"],
  ["%EF%BB%BFcount=1", "\ufeffcount"],
  ["%0d%0aset-cookie:%20a=1", "\r\nset-cookie: a"],
  ["%22%7D=1", '"}'],
  ["%3C/script%3E=1", "</script>"],
  // Large input.
  [`${"x".repeat(8192)}=1`, `${"x".repeat(40)}…`],
  [`${"%F0%9F%92%A9".repeat(5000)}=1`, `${"💩".repeat(20)}…`],
  [`seed=${"7".repeat(65_536)}`, "seed"],
  ["x&".repeat(20_000), ...Array(10).fill("x")],
  [`${"seed=1&".repeat(5000)}count=0`, ...Array(10).fill("seed")],
];

Deno.test("query: each wrong parameter is named, in the order of the query", async () => {
  for (const [query, ...parameters] of QUERIES) {
    for (const route of ROUTES) {
      assertEquals(await refused(`${route}?${query}`), parameters, query.slice(0, 80));
    }
  }
});

Deno.test("query: a parameter of /stream is unknown to /trace, and the reverse", async () => {
  for (
    const [path, ...parameters] of [
      ["/stream?format=json", "format"],
      ["/stream?trace=0", "trace"],
      ["/stream?trace=", "trace"],
      ["/stream?trace=true", "trace"],
      ["/stream?trace=01", "trace"],
      ["/stream?trace=1&trace=1", "trace"],
      ["/stream?lastEventId=a&lastEventId=b", "lastEventId"],
      ["/stream?lasteventid=a", "lasteventid"],
      ["/trace?trace=1", "trace"],
      ["/trace?lastEventId=a", "lastEventId"],
      ["/trace?format=", "format"],
      ["/trace?format=Perfetto", "format"],
      ["/trace?format=xml", "format"],
      ["/trace?format=json&format=perfetto", "format"],
    ] as const
  ) assertEquals(await refused(path), parameters, path);
});

Deno.test("query: empty parts are ignored and escapes are decoded", async () => {
  for (const query of ["?", "?&", "?&&&", "?%73eed=%37", "?lastEventId=", "?lastEventId"]) {
    await beginsAnew(`/stream${query}`);
  }
});

/** A run that began an hour ago. */
const run: Run = {
  parameters: withDefaults({ delay: 1, seed: 42 }),
  trace: false,
  origin: Date.now() - 3_600_000,
};
const good = `${encodeRun(run)}.3`;
const last = `${encodeRun(run)}.${lastIndex(run)}`;
const traced = encodeRun({ ...run, trace: true });
const [NONE, PAST, FUTURE, OTHER] = [
  "no event here has this id",
  "the run of this id has fewer events",
  "the run of this id has not begun",
  "the run of this id has other parameters",
];
const beginningIn = (ms: number) => `${encodeRun({ ...run, origin: Date.now() + ms })}.3`;
const replaced = (from: string | RegExp, to: string) => good.replace(from, to);

/** Ids that cannot be followed, and why; each is sent as a header and as a parameter. */
const IDS: [why: string, ...ids: string[]][] = [
  // Not the format of an id.
  [NONE, "0", "3", "-1", "1.5", "NaN", "null", "undefined", "*", ".", "-", ".3", "1-.3", "latest"],
  [NONE, "<script>alert(1)</script>", "../../main.ts", '{"seed":1}', "' OR 1=1--", "${7*7}", "%00"],
  [NONE, "10-cooperative-42.3", "v1.c.10.1000.8f3a.7", "e0b5c7f2-9c2f-4f56-9a15-0d5bb4a8c0b2"],
  [NONE, `${good}.3`, `${good},`, `x${good}`, `${good}, ${good}`, `"${good}"`, `${good};x`],
  [NONE, good.toUpperCase(), good.slice(1), good.slice(0, -1), good.slice(0, -2), `-${good}`],
  [NONE, "1".repeat(129), "1".repeat(20_000), `${good}${"0".repeat(20_000)}`, "-".repeat(8192)],
  [NONE, "Ã©tÃ©", "\xff\xfe", "\x80", "\xa0"],
  // The format of an id, but no run has it.
  [NONE, replaced(/^1/, "2"), replaced(/^1/, "0"), replaced(/^1/, "01"), replaced(/^1/, "")],
  [NONE, replaced("-10-", "-0-"), replaced("-10-", "-1001-"), replaced("-10-", "-010-")],
  [NONE, replaced("-10-", "--10-"), replaced("-10-", "-+10-"), replaced("-10-", "-1e1-")],
  [NONE, replaced("-1-0-", "-60001-0-"), replaced("-1-0-", "-1-60001-")],
  [NONE, replaced("cs", "sc"), replaced("cs", "CS"), replaced("cs", "csT"), replaced("cs", "cstt")],
  [NONE, replaced("-42-", "-4294967296-"), replaced("-42-", "-042-"), replaced("-42-", "--42-")],
  [NONE, ...["zzzzzzzzzzzz.3", ".3", "0k.3"].map((origin) => replaced(/[^-]+$/, origin))],
  [NONE, replaced(".3", ".03"), replaced(".3", ".-1"), replaced(".3", ".3e0"), replaced(".3", ".")],
  [NONE, replaced(".3", ".99999999999999999999999"), replaced("10-1-0-cs", "1000-60000-0-bs")],
  // No such event exists yet.
  [PAST, replaced(".3", ".12"), replaced(".3", ".13"), replaced(".3", ".9007199254740991")],
  [PAST, `${traced}.${lastIndex({ ...run, trace: true }) + 1}`, replaced(".3", ".4294967296")],
  [
    FUTURE,
    beginningIn(120_000),
    beginningIn(86_400_000),
    beginningIn(8e15 - Date.now()),
    replaced("42-", "42-z"),
  ],
];

Deno.test("last event id: one that cannot be followed begins a new run, and a comment says why without echoing it", async () => {
  for (const [why, ...ids] of IDS) {
    for (const id of ids) {
      await beginsAnew("/stream", { headers: { "last-event-id": id } }, why);
      await beginsAnew(`/stream?${new URLSearchParams({ lastEventId: id })}`, {}, why);
    }
  }
});

Deno.test("lastEventId: bytes that a header cannot carry begin a new run and forge no line", async () => {
  for (
    const id of [
      ...["a%0d%0adata:%201%0d%0a%0d%0a", "%0aid:%209", "%0d", "%00", "%0b", "%7f", "%1b[2J"],
      ...["%ff", "%E0%A4%A", "%ED%A0%80", "%E2%80%A8", "%F0%9F%92%A9", "%EF%BB%BF3", "%", "١٠"],
      ...["%0a", "%0d", "%00", "%20", "+", `%0aid:%20${good}`].map((end) => good + end),
      ...["%20", "%EF%BB%BF", "%0a"].map((start) => start + good),
      ...[good.replaceAll("-", "%E2%88%92"), good.replace(".3", ".３"), good.replace(".", "%252E")],
    ]
  ) await beginsAnew(`/stream?lastEventId=${id}`, {}, NONE);
});

Deno.test("last event id: a query with one other parameter begins a new run", async () => {
  for (
    const query of [
      ...["count=9", "delay=2", "jitter=1", "mode=blocking", "order=fifo", "seed=43", "trace=1"],
      ...["count=10&delay=1&seed=43", "delay=1000", "mode=cooperative&order=fifo"],
    ]
  ) {
    await beginsAnew(`/stream?${query}`, { headers: { "last-event-id": good } }, OTHER);
    await beginsAnew(`/stream?${query}&lastEventId=${good}`, {}, OTHER);
    // 204 is only for a client that asks for the run that it has.
    await beginsAnew(`/stream?${query}`, { headers: { "last-event-id": last } }, OTHER);
  }
});

Deno.test("query: it is validated before the last event id is followed", async () => {
  for (const id of [good, last, "<script>"]) {
    for (const [query, name] of [["count=0", "count"], ["mode=x", "mode"], ["x=1", "x"]]) {
      const headers = { "last-event-id": id };
      assertEquals(await refused(`/stream?${query}`, { headers }), [name]);
      assertEquals(await refused(`/stream?${query}&lastEventId=${escaped(id)}`), [name]);
      assertEquals(await refused(`/trace?${query}`, { headers }), [name]);
    }
  }
});

Deno.test("last event id: its own delay counts for the length of the run, not the default one", async () => {
  const parameters = withDefaults({ mode: "blocking", count: 1000, delay: 100 });
  const id = encodeRun({ ...run, parameters });
  for (const query of ["", "mode=blocking", "mode=blocking&count=1000"]) {
    const { first } = await begin(`/stream?${query}`, { headers: { "last-event-id": `${id}.5` } });
    assertMatch(first, /\ndata: 5\nid: .*\.6\n\n$/);
  }
  // Without an id that can be followed, there is a new run, with the default delay.
  for (const other of [good, `${id}.9999`, "3"]) {
    const headers = { "last-event-id": other };
    const named = await refused("/stream?mode=blocking&count=1000", { headers });
    assertEquals(named, ["count", "delay", "jitter"]);
  }
});

Deno.test("last event id: a header that is not blank wins over the parameter", async () => {
  const resumes = async (path: string, id?: string) => {
    const { first, run } = await begin(path, id === undefined ? {} : { headers: { [ID]: id } });
    assertEquals(`${run}.3`, good);
    assert(first.startsWith(`:\nretry: 1000\nevent: resumed\nid: ${good}\n\ndata: `), first);
    assertMatch(first, /\nid: .*\.4\n\n$/);
  };
  const ID = "Last-Event-ID";
  for (const id of [good, ` ${good}`, `\t${good} \t`]) await resumes("/stream", id);
  await resumes("/stream?lastEventId=3", good);
  await resumes(`/stream?lastEventId=${good}`, "");
  await resumes(`/stream?lastEventId=${good}`, "  ");
  await resumes("/stream?lastEventId=", good);
  await resumes("/stream?seed=42&count=10&delay=1&jitter=0&mode=cooperative&order=shuffled", good);
  await beginsAnew("/stream", { headers: { [ID]: "" } });
  await beginsAnew("/stream", { headers: { [ID]: " \t " } });
  await beginsAnew(`/stream?lastEventId=${good}`, { headers: { [ID]: "3" } }, NONE);
  await beginsAnew("/stream", { headers: [[ID, good], [ID, good]] }, NONE);
  await beginsAnew("/stream", { headers: [[ID, "3"], [ID, good]] }, NONE);
});

Deno.test("last event id: the id of the last event is 204 without a body, for GET and HEAD", async () => {
  const before = countStreams().opened;
  for (const method of ["GET", "GET", "HEAD"]) {
    for (
      const response of [
        await app.request("/stream", { method, headers: { "last-event-id": last } }),
        await app.request(`/stream?lastEventId=${last}`, { method }),
        await app.request(`/stream?seed=42&lastEventId=${last}`, { method }),
      ]
    ) {
      assertEquals([response.status, await response.text()], [204, ""]);
      assertEquals(Object.fromEntries(response.headers), {
        ...CORS,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      });
    }
  }
  assertEquals(countStreams().opened, before);
});

Deno.test("/trace: Last-Event-ID has no effect", async () => {
  for (const id of [good, last, "3", "<script>", "\xff"]) {
    const response = await app.request("/trace?seed=1", { headers: { "last-event-id": id } });
    const { parameters } = await response.json();
    assertEquals([response.status, parameters.seed], [200, 1]);
  }
});

/** Request headers that other servers act on. */
const HEADERS: [name: string, ...values: string[]][] = [
  [
    "accept",
    "",
    "*/*",
    "text/*",
    "application/json",
    "text/html",
    "text/event-stream;q=0",
    "*/*;q=0",
  ],
  ["accept", "text/event-stream;charset=utf-16", ",;,=", "garbage", "\xff", "a/b,".repeat(2048)],
  ["accept-encoding", "gzip, br, zstd", "identity;q=0", "*;q=0"],
  ["accept-charset", "utf-16", "iso-8859-1;q=1, *;q=0"],
  ["range", "bytes=0-10", "bytes=-1", "bytes=9-1", "lines=0-1", "bytes=" + "0-0,".repeat(2048)],
  ["if-range", '"x"'],
  ["if-match", "*", '"x"'],
  ["if-none-match", "*", '"x"', 'W/"x"'],
  ["if-modified-since", "Wed, 21 Oct 2099 07:28:00 GMT", "never"],
  ["if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT"],
  ["cache-control", "only-if-cached", "max-stale"],
  ["expect", "100-continue", "200-ok"],
  ["upgrade", "h2c", "websocket"],
  ["te", "trailers, deflate"],
  ["x-http-method-override", "DELETE", "POST"],
  ["x-http-method", "PUT"],
  ["x-original-url", "/health"],
  ["x-rewrite-url", "/nope"],
  ["x-forwarded-host", "evil.example"],
  ["x-forwarded-proto", "javascript"],
  ["forwarded", "for=<script>"],
  ["content-type", "application/json", "text/event-stream"],
  ["content-length", "5", "-1"],
  ["transfer-encoding", "chunked"],
];

Deno.test("headers: no request header changes the response of /stream or /trace", async () => {
  for (const [name, ...values] of HEADERS) {
    for (const value of values) {
      const init = { headers: { [name]: value } };
      await beginsAnew("/stream", init);
      const response = await app.request("/trace?seed=1&count=1", init);
      assertEquals(response.status, 200, name);
      assertEquals(Object.fromEntries(response.headers), {
        ...CORS,
        "cache-control": "no-store",
        "content-length": "1066",
        "content-type": "application/json",
        "x-content-type-options": "nosniff",
      });
      assertEquals((await response.json()).parameters.seed, 1);
      assertEquals(await refused("/stream?count=0", init), ["count"]);
    }
  }
});

Deno.test("methods: one that is not GET or HEAD is 405 with Allow, whatever the headers and the body say", async () => {
  const before = countStreams().opened;
  for (
    const path of ["/stream", "/trace", "/stream?count=0", "/trace?x", "/health", "/", "/assets/x"]
  ) {
    for (
      const method of ["PROPFIND", "BREW", "PURGE", "M-SEARCH", "patch", "GETS"]
    ) {
      assertEquals(await namedIn(await app.request(path, { method }), 405, path), []);
    }
    for (
      const init of [
        { headers: { "x-http-method-override": "GET" } },
        { headers: { "x-http-method-override": "HEAD", "x-method-override": "GET" } },
        { headers: { "last-event-id": last } },
        { headers: { "content-type": "application/json" }, body: '{"count":1' },
        { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "_method=GET" },
        { body: "x".repeat(100_000) },
      ]
    ) {
      const response = await app.request(path, { method: "POST", ...init });
      assertEquals(await namedIn(response, 405, path), []);
    }
  }
  assertEquals(countStreams().opened, before);
});

Deno.test("OPTIONS: every path and the server as a whole answer 204 with Allow, and compute nothing", async () => {
  const before = countStreams();
  for (const path of ["/", "/stream?count=0", "/trace", "/health", "/assets/x/y.ts", "*", "/*"]) {
    const response = await app.request(path, { method: "OPTIONS" });
    assertEquals([response.status, await response.text()], [204, ""], path);
    assertEquals(response.headers.get("allow"), "GET, HEAD, OPTIONS");
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
  }
  assertEquals(countStreams(), before);
  for (const path of ["/nope", "/stream/"]) {
    const headers = { origin: "https://example.com", "access-control-request-method": "GET" };
    const response = await app.request(path, { method: "OPTIONS", headers });
    assertEquals(await namedIn(response, 404, path), []);
  }
});

Deno.test("preflight: a page of any origin may send the headers that it asks for, by GET and HEAD", async () => {
  for (const path of ["/stream", "/trace", "/stream?count=0"]) {
    for (
      const asked of [
        "last-event-id",
        "accept,cache-control,last-event-id,x-requested-with",
        "authorization, content-type",
        undefined,
      ]
    ) {
      const headers = {
        origin: "https://example.com",
        "access-control-request-method": "GET",
        ...(asked !== undefined && { "access-control-request-headers": asked }),
      };
      const response = await app.request(path, { method: "OPTIONS", headers });
      assertEquals([response.status, await response.text()], [204, ""]);
      assertEquals(Object.fromEntries(response.headers), {
        "access-control-allow-credentials": "true",
        ...(asked !== undefined && { "access-control-allow-headers": asked }),
        "access-control-allow-methods": "GET, HEAD, OPTIONS",
        "access-control-allow-origin": "https://example.com",
        "access-control-expose-headers": "Retry-After",
        "access-control-max-age": "86400",
        allow: "GET, HEAD, OPTIONS",
        "cache-control": "no-store",
        vary: "Origin, Access-Control-Request-Headers",
        "x-content-type-options": "nosniff",
      });
    }
  }
});

Deno.test("preflight: header names that are none, or too many, are not allowed", async () => {
  for (const names of ["a b", "x-\xff", "a,,b", ",", "", "x: y", "x".repeat(1025)]) {
    const headers = { origin: "https://example.com", "access-control-request-headers": names };
    const response = await app.request("/stream", { method: "OPTIONS", headers });
    assertEquals([response.status, response.headers.get("access-control-allow-headers")], [
      204,
      null,
    ]);
  }
});

Deno.test("CORS: a request with an origin is answered for that origin, credentials included", async () => {
  for (
    const [origin, allowed] of [
      ["https://example.com", "https://example.com"],
      ["http://[::1]:8000", "http://[::1]:8000"],
      ["null", "null"],
      ["not a url", "*"],
      ["https://a b", "*"],
      ["https://\xff", "*"],
      [`https://${"x".repeat(256)}`, "*"],
      ["", "*"],
    ] as const
  ) {
    for (const path of ["/stream?count=0", "/trace?count=1", "/trace?x"]) {
      const { headers, body } = await app.request(path, { headers: { origin } });
      assertEquals(headers.get("access-control-allow-origin"), allowed);
      const credentials = headers.get("access-control-allow-credentials");
      assertEquals(credentials, allowed === "*" ? null : "true");
      assertEquals(headers.get("vary"), "Origin");
      await body?.cancel();
    }
  }
  for (const path of ["/", "/health", "/nope"]) {
    const { headers } = await app.request(path, { headers: { origin: "https://example.com" } });
    assertEquals(headers.get("access-control-allow-origin"), null);
  }
});

/** Hosts that are none, with which Deno makes another URL than the client means. */
const WRONG_HOSTS = [
  ...["a/health?", "a/health#", "a/", "user@a", "a:b@c", "a#b", "a\\b", "a?b", "a b", "a`id`b"],
  ...["a:", "a:x", "a:99999999", "[::", "[x]", "$(id)", "<script>", "\xe9", "a,b", "a%2fb", "%"],
];

Deno.test("Host: one that is no host[:port] is 400 by every method, and chooses no route", async () => {
  for (const host of WRONG_HOSTS) {
    for (const method of ["GET", "HEAD", "OPTIONS", "POST"]) {
      // As Deno does.
      const url = `http://${host}/nope`;
      if (!URL.canParse(url)) continue;
      const response = await app.request(url, { method, headers: { host } });
      assertEquals([response.status, response.headers.get("x-content-type-options")], [
        400,
        "nosniff",
      ]);
      assertEquals(response.headers.get("cache-control"), "no-store");
      const text = await response.text();
      assert(method === "HEAD" || JSON.parse(text).detail.includes("Host"), text);
    }
  }
  for (
    const host of ["a", "a.example:8000", "127.0.0.1", "[::1]:8000", "xn--e1afmkfd.example", "A_b"]
  ) {
    const response = await app.request(`http://${host}/health`, { headers: { host } });
    assertEquals(response.status, 200, host);
  }
  assertEquals((await app.request("http://localhost/health")).status, 200);
});

Deno.test("routing: an unknown path is 404 by every method, and the body does not echo it", async () => {
  for (
    const path of [
      ...words("//stream /stream// /stream;count=1 /stream%00 /stream%3Fcount=1 /stream%2f /Trace"),
      ...words("/%ff /%E0%A4%A /% /../../etc/passwd /..%5c /.env /main.ts /deno.json /health/"),
      ...words("/routes/mod.ts /trace.json /<script> /💩"),
      `/${"x/".repeat(9999)}`,
    ]
  ) {
    for (const method of ["GET", "POST", "OPTIONS"]) {
      const response = await app.request(path, { method });
      assertMatch((await response.clone().json()).detail, /\/stream, /);
      assertEquals(await namedIn(response, 404, path), []);
    }
  }
});
