import type { Entry } from "@tenfold/loop";
import type { AskedProgram, Ending, Explored, Ran } from "../view/ran.ts";
import type { Answer, Request } from "./sandbox/messages.ts";
import { givenUp, heldThread, neverLoaded, withEnding } from "./sandbox/stopped.ts";

/**
 * How long a run may take, in ms: hundreds of times what one of a lesson does. A search takes longer,
 * and tells every 100 ms that it goes on.
 */
const RUN_TIME = 1_000;
/** How long a run that is watched may take from one entry of its log to the next, in ms. */
const WATCH_TIME = 500;
/** How long the sandbox may take to load, which is some 90 kB. */
const LOAD_TIME = 30_000;

/** Why there is no answer. */
class NoAnswer extends Error {
  readonly why: "never loaded" | "held" | "given up" | "refused";

  constructor(why: NoAnswer["why"]) {
    super(`the sandbox does not answer: ${why}`);
    this.why = why;
  }
}

/** A worker, from its start to its end. */
class Sandbox {
  readonly #worker: Worker;
  readonly #ready: Promise<unknown>;
  #hear: (answer: Answer) => void = () => {};
  #fail: (error: NoAnswer) => void = () => {};
  #wasLoaded = false;
  /** Whether it has run a program that changed the language for those after it. */
  isSpoiled = false;

  constructor(url: string) {
    this.#worker = new Worker(url, { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = (event) => {
      // What goes wrong in a program's own promises is not the sandbox's end.
      event.preventDefault();
      if (!this.#wasLoaded) this.#fail(new NoAnswer("never loaded"));
    };
    this.#ready = this.#await("ready", LOAD_TIME);
    this.#ready.then(() => this.#wasLoaded = true, () => {});
  }

  /** Asks, and waits for the answer. */
  async ask<W extends Answer["what"]>(
    request: Request,
    what: W,
    ms: number,
    onOther?: (answer: Answer) => void,
  ): Promise<Extract<Answer, { what: W }>> {
    await this.#ready;
    const answer = this.#await(what, ms, onOther);
    this.#worker.postMessage(request);
    return await answer;
  }

  end(): void {
    this.#worker.terminate();
    this.#fail(new NoAnswer("given up"));
  }

  #await<W extends Answer["what"]>(
    what: W,
    ms: number,
    onOther?: (answer: Answer) => void,
  ): Promise<Extract<Answer, { what: W }>> {
    return new Promise((resolve, reject) => {
      const giveUp = () => this.#fail(new NoAnswer(this.#wasLoaded ? "held" : "never loaded"));
      let timer = setTimeout(giveUp, ms);
      this.#fail = (error) => {
        clearTimeout(timer);
        reject(error);
      };
      this.#hear = (answer) => {
        if (answer.what === "spoiled") this.isSpoiled = true;
        if (answer.what === "refused") return this.#fail(new NoAnswer("refused"));
        if (answer.what === "progress" || answer.what === "entry") {
          clearTimeout(timer);
          timer = setTimeout(giveUp, ms);
        }
        if (answer.what !== what) return onOther?.(answer);
        clearTimeout(timer);
        resolve(answer as Extract<Answer, { what: W }>);
      };
    });
  }
}

/** Runs readers' programs, one at a time. Nothing that they do keeps it from the next one. */
export class Runner {
  readonly #url: string;
  #sandbox: Sandbox | undefined;
  /** The last that was asked for. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param workerUrl The address of `sandbox/worker.ts`. It is loaded at once. */
  constructor(workerUrl: string) {
    this.#url = workerUrl;
    this.#sandbox = new Sandbox(workerUrl);
  }

  /** Runs a program. Never rejects: what goes wrong is the ending. */
  run(asked: AskedProgram): Promise<Ran> {
    return this.#inTurn(() => this.#run(asked));
  }

  /**
   * Runs a program under every order. Never rejects: what goes wrong is the ending.
   *
   * @param onProgress Called now and then, with how many orders were tried.
   */
  explore(
    asked: AskedProgram,
    onProgress: (schedules: number) => void = () => {},
  ): Promise<Explored> {
    return this.#inTurn(async () => {
      let schedules = 0;
      const onOther = (answer: Answer) => {
        if (answer.what !== "progress") return;
        ({ schedules } = answer);
        onProgress(schedules);
      };
      try {
        const request = { what: "explore", asked } as const;
        return (await this.#ask(request, "explored", RUN_TIME, onOther)).explored;
      } catch (error) {
        const ending = unheard(error) ?? await this.#whyNoOrder(asked, schedules);
        return { schedules: 0, isComplete: false, ending };
      }
    });
  }

  /** Why a text is no program that can be run, if it is none. */
  mistakeIn(source: string): Promise<Ending | undefined> {
    return this.#inTurn(async () => {
      const request = { what: "parse", source } as const;
      try {
        return (await this.#ask(request, "parsed", RUN_TIME)).mistake;
      } catch (error) {
        return unheard(error) ?? heldThread({ entries: [], lines: [] }, source);
      }
    });
  }

  /** Ends its worker. It can be used again. */
  close(): void {
    this.#sandbox?.end();
    this.#sandbox = undefined;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act);
    this.#turn = done;
    return done;
  }

  async #run(asked: AskedProgram): Promise<Ran> {
    const request = { what: "run", asked, isWatched: false } as const;
    try {
      return (await this.#ask(request, "ran", RUN_TIME)).ran;
    } catch (error) {
      const ending = unheard(error);
      return ending === undefined ? await this.#watch(asked) : withEnding(ending);
    }
  }

  /**
   * Runs a program once more that has not come to its end, to see how far it comes: it does the same
   * each time. If it ends this time, then the machine was busy before.
   */
  async #watch(asked: AskedProgram): Promise<Ran> {
    const entries: Entry[] = [];
    const lines: number[][] = [];
    const onOther = (answer: Answer) => {
      if (answer.what !== "entry") return;
      entries.push(answer.entry);
      lines.push(answer.lines);
    };
    try {
      const request = { what: "run", asked, isWatched: true } as const;
      return (await this.#ask(request, "ran", WATCH_TIME, onOther)).ran;
    } catch (error) {
      const ending = unheard(error) ?? heldThread({ entries, lines }, asked.source);
      return { ...withEnding(ending), entries, lines };
    }
  }

  /** Why a search has not come to its end: often because no run does. */
  async #whyNoOrder(asked: AskedProgram, schedules: number): Promise<Ending> {
    if (schedules === 0) {
      const { ending } = await this.#watch({ ...asked, order: { by: "fifo" } });
      if (ending.kind === "endless") return ending;
    }
    const after = schedules === 0
      ? "One of the first orders"
      : `An order after the first ${schedules}`;
    return {
      kind: "endless",
      text: `${after} does not end: a coroutine keeps the thread for ever.`,
    };
  }

  /** Asks the worker, and ends it if it does not answer, so that the next one can be asked. */
  async #ask<W extends Answer["what"]>(
    request: Request,
    what: W,
    ms: number,
    onOther?: (answer: Answer) => void,
  ): Promise<Extract<Answer, { what: W }>> {
    const sandbox = this.#sandbox ??= new Sandbox(this.#url);
    try {
      const answer = await sandbox.ask(request, what, ms, onOther);
      if (sandbox.isSpoiled) this.#replace(sandbox);
      return answer;
    } catch (error) {
      const { why } = error as NoAnswer;
      // One that can't be loaded now is loaded when it is asked.
      if (why === "held" || why === "refused") this.#replace(sandbox);
      else this.close();
      if (why === "refused") return await this.#ask(request, what, ms, onOther);
      throw error;
    }
  }

  /** Ends a worker, and loads another one before it is needed. */
  #replace(sandbox: Sandbox): void {
    sandbox.end();
    if (this.#sandbox === sandbox) this.#sandbox = new Sandbox(this.#url);
  }
}

/** How a run ends that was not held up. */
function unheard(error: unknown): Ending | undefined {
  const { why } = error as NoAnswer;
  if (why === "held") return undefined;
  return why === "given up" ? givenUp() : neverLoaded();
}
