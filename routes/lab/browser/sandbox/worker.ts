// The worker in which a reader's program runs. Its response has a policy of its own, so that the
// program reaches nothing: see `server/sandbox-policy.ts`.

import { leaveAlone } from "./allowed-globals.ts";
import { isSpoiled, keepBuiltIns } from "./built-ins.ts";
import { textOf } from "./endings.ts";
import type { Answer, Request } from "./messages.ts";
import { load, type Mistake, type Program, type Scripts } from "./program.ts";
import { mayReject, rejectionOf, remarksOn } from "./remarks.ts";
import { runProgram } from "./run.ts";
import { MAX_WATCHED, neverLoaded, withEnding } from "./stopped.ts";
import type { Ending, Remark } from "../../view/ran.ts";

// The programs have none of these: they are taken from the global object below.
const { createObjectURL, revokeObjectURL } = URL;
const [Script, Checker, every, stop] = [Blob, Worker, setInterval, clearInterval];
const soon = setTimeout;
const post = postMessage.bind(globalThis) as (answer: Answer) => void;

const scripts: Scripts = {
  add: (script) => createObjectURL(new Script([script], { type: "text/javascript" })),
  remove: revokeObjectURL,
  // A classic worker is told the line of a mistake in it, unlike one who imports a module.
  check: (script) =>
    new Promise<Mistake | undefined>((resolve) => {
      const url = scripts.add(`${script};postMessage(0)`);
      const checker = new Checker(url);
      const end = (mistake?: Mistake) => {
        checker.terminate();
        scripts.remove(url);
        resolve(mistake);
      };
      checker.onmessage = () => end();
      checker.onerror = (event) => {
        event.preventDefault();
        end(event.lineno > 0 ? { message: event.message, line: event.lineno } : undefined);
      };
    }),
};

/** The last program: to be run again in another order, it need not be loaded again. */
let last: Program | undefined;

/** What searches is loaded after the first answer: few need it at once, but then it has to be there. */
const search = () => import("./explore.ts");

/** How often, in ms, and for how long a search that is being loaded says that it will come. */
const TELLING = 100;
const LOAD_TIME = 30_000;

async function loadSearch(): ReturnType<typeof search> {
  let left = LOAD_TIME / TELLING;
  const telling = every(() => left-- > 0 && post({ what: "progress", schedules: 0 }), TELLING);
  try {
    return await search();
  } finally {
    stop(telling);
  }
}

async function programOf(source: string): Promise<Program | Ending> {
  if (last?.source === source) return last;
  const loaded = await load(source, scripts);
  if ("make" in loaded) last = loaded;
  return loaded;
}

async function answer(request: Request): Promise<Answer> {
  const source = request.what === "parse" ? request.source : request.asked.source;
  const program = await programOf(source);
  const isProgram = "make" in program;
  switch (request.what) {
    case "parse":
      return { what: "parsed", mistake: isProgram ? undefined : program };
    case "run": {
      if (!isProgram) {
        return { what: "ran", ran: { ...withEnding(program), remarks: remarksOn(source) } };
      }
      let left = request.isWatched ? MAX_WATCHED : 0;
      const ran = runProgram(program, request.asked, (entry, lines) => {
        if (left-- > 0) post({ what: "entry", entry, lines });
      });
      if (mayReject(source)) ran.remarks.push(...await rejectionsIn(program));
      return { what: "ran", ran };
    }
    case "explore": {
      if (!isProgram) return noSearch(program);
      const loaded = await loadSearch().catch(() => undefined);
      if (loaded === undefined) return noSearch(neverLoaded());
      const { exploreProgram } = loaded;
      const explored = exploreProgram(program, request.asked, (schedules) => {
        post({ what: "progress", schedules });
      });
      return { what: "explored", explored };
    }
  }
}

/** The reasons of unhandled rejections since the last call. */
let rejections: unknown[] = [];
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  rejections.push(event.reason);
});

/** The unhandled rejections of a run. The browser reports them after it. */
async function rejectionsIn(program: Program): Promise<Remark[]> {
  rejections = [];
  // A first timer would come before what is told after the microtasks of this turn.
  await new Promise<void>((resolve) => soon(() => soon(resolve, 0), 0));
  const remarks = rejections.slice(0, MAX_REJECTIONS).map((reason) => rejectionOf(reason, program));
  return remarks.filter(({ line, text }, index) =>
    remarks.findIndex((other) => other.line === line && other.text === text) === index
  );
}

/** More would say the same again. */
const MAX_REJECTIONS = 3;

addEventListener("message", async ({ data }: MessageEvent<Request>) => {
  // A promise of the last program may have come due after its answer.
  if (isSpoiled()) return post({ what: "refused" });
  const answered = await answer(data).catch((error) => failed(data, error));
  if (isSpoiled()) post({ what: "spoiled" });
  post(answered);
  search().catch(() => {});
});
leaveAlone();
keepBuiltIns();
post({ what: "ready" });

/** The answer, if a program has changed the language so much that the sandbox itself can't work. */
function failed(request: Request, error: unknown): Answer {
  const ending: Ending = { kind: "failed", text: textOf(error) };
  switch (request.what) {
    case "parse":
      return { what: "parsed", mistake: undefined };
    case "run":
      return { what: "ran", ran: withEnding(ending) };
    case "explore":
      return noSearch(ending);
  }
}

function noSearch(ending: Ending): Answer {
  return { what: "explored", explored: { schedules: 0, isComplete: false, ending } };
}
