import { type Markup, markup } from "../view/markup.ts";
import { main } from "./first-program.js";
import { renderKeys } from "./controls.ts";
import { renderDocument } from "./document.ts";
import { renderNav } from "./nav.ts";
import { renderDownloads, renderProgramBench } from "./program-bench.ts";
import { runProgram } from "./program-run.ts";

const TEXT = "Write a program of coroutines, and see every turn that they take on the thread.";

/** A program of the reader's own. It begins with one that runs. */
export async function renderSandbox(): Promise<Markup> {
  const run = await runProgram("routes/lab/server/first-program.js", main);
  return renderDocument({
    kind: "sandbox",
    title: "Sandbox",
    description: TEXT,
    body: markup`
    ${renderNav("/sandbox")}
    <header class="course"><h1>Sandbox</h1>
      <p>${TEXT} It runs in your browser, and nowhere else.
        <noscript>That needs JavaScript.</noscript></p></header>
    <main>
      <p id="status" role="status"></p>
      <div id="benches">${renderProgramBench(run)}</div>
      <section aria-labelledby="names">
        <h2 id="names">What there is</h2>
        <p>JavaScript, with a <code>function* main</code>. <code>yield* sleep(100)</code> waits and gives
          the thread back, <code>yield* block(100)</code> waits and keeps it, <code>yield* pause()</code>
          lets the others go first, <code>console.log</code> prints. Also <code>spawn</code>,
          <code>gather</code>, <code>race</code>, <code>timeout</code>, <code>shield</code>,
          <code>Lock</code>, <code>Semaphore</code>, <code>Event</code>, <code>Queue</code>, and
          <a href="/loop/">the rest of the library</a>. A task that is spawned begins later, when it has the
          thread for the first time; an <code>async function</code> would begin at once. There is no network and no
          clock but the
          program’s own, so a run is the same each time. The <a href="/lessons">lessons</a> have
          programs to begin with.</p>
      </section>
      ${renderDownloads()}
      ${renderKeys()}
    </main>`,
  });
}
