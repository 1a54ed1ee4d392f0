import type { CancelEntry, Entry, ExitEntry, SuspendEntry, WakeCause } from "../trace/entry.ts";
import type { Log } from "../trace/record.ts";
import type { LogicalTime } from "./logical-time.ts";
import type { Task } from "./types.ts";

/** What the log says of a suspension. */
export type WaitedFor = Pick<SuspendEntry, "why"> & {
  readonly label?: string | undefined;
  readonly of?: SuspendEntry["of"] | undefined;
  readonly shared?: object | undefined;
};

/** What the log knows of a task. */
export type Logged = Pick<Task<unknown>, "id" | "name">;

/** What the log says of a cancel. */
type Asked = Pick<CancelEntry, "reason" | "source">;

/** The numbers of what the tasks of a run share: see {@linkcode SharedThing.id}. */
export class SharedIds {
  readonly #ids = new WeakMap<object, number>();
  #next = 0;

  /** What a task waits for, with the number of what is shared. */
  identified({ of, shared }: WaitedFor): SuspendEntry["of"] {
    if (of === undefined || shared === undefined) return of;
    let id = this.#ids.get(shared);
    if (id === undefined) this.#ids.set(shared, id = this.#next++);
    return { ...of, id };
  }
}

/** Writes a run's log. A loop without a log pays one comparison for each entry that it skips. */
export interface Tracer {
  /** Whether the trace function is running: it is called in the middle of a change of state. */
  readonly writing: boolean;
  spawn(task: Logged, parent: number | null): void;
  ready(task: Logged, by: WakeCause | null): void;
  step(task: Logged): void;
  suspend(task: Logged, waited: WaitedFor, until?: number): void;
  emit(task: Logged, value: unknown): void;
  cancel(task: Logged, cancelled: Asked, by: CancelEntry["by"]): void;
  exit(task: Logged, outcome: ExitEntry["outcome"], failure?: string): void;
}

/** Gives a trace function each entry when it happens. */
export class FunctionTracer implements Tracer {
  readonly #time: LogicalTime;
  readonly #write: (entry: Entry) => void;
  readonly #onError: (error: unknown) => void;
  readonly #ids: SharedIds;
  #seq: number;
  writing = false;

  /**
   * @param time When entries happen.
   * @param write Called with each entry.
   * @param onError Called with what `write` throws. No entry is written after that.
   * @param ids The numbers of what tasks share.
   * @param seq The number of the first entry.
   */
  constructor(
    time: LogicalTime,
    write: (entry: Entry) => void,
    onError: (error: unknown) => void,
    ids: SharedIds,
    seq = 0,
  ) {
    this.#ids = ids;
    this.#seq = seq;
    this.#time = time;
    this.#write = write;
    this.#onError = onError;
  }

  spawn({ id: task, name }: Logged, parent: number | null): void {
    this.#log({ seq: this.#seq++, at: this.#time.now, type: "spawn", task, name, parent });
  }

  ready({ id: task }: Logged, by: WakeCause | null): void {
    this.#log({ seq: this.#seq++, at: this.#time.now, type: "ready", task, by });
  }

  step({ id: task }: Logged): void {
    this.#log({ seq: this.#seq++, at: this.#time.now, type: "step", task });
  }

  suspend({ id: task }: Logged, waited: WaitedFor, until?: number): void {
    const { why, label } = waited;
    const of = this.#ids.identified(waited);
    const entry: SuspendEntry = {
      seq: this.#seq++,
      at: this.#time.now,
      type: "suspend",
      task,
      why,
    };
    if (until !== undefined) entry.until = until;
    if (label !== undefined) entry.label = label;
    if (of !== undefined) entry.of = of;
    this.#log(entry);
  }

  emit({ id: task }: Logged, value: unknown): void {
    this.#log({ seq: this.#seq++, at: this.#time.now, type: "emit", task, value });
  }

  cancel({ id: task }: Logged, { reason, source }: Asked, by: CancelEntry["by"]): void {
    const seq = this.#seq++;
    this.#log({ seq, at: this.#time.now, type: "cancel", task, reason, by, source });
  }

  exit({ id: task }: Logged, outcome: ExitEntry["outcome"], failure?: string): void {
    const entry = { seq: this.#seq++, at: this.#time.now, type: "exit", task, outcome } as const;
    this.#log(failure === undefined ? entry : { ...entry, failure });
  }

  #log(entry: Entry): void {
    this.writing = true;
    try {
      this.#write(entry);
    } catch (error) {
      // The error is the trace function's, not that of the task which the entry is about.
      this.#onError(error);
    }
    this.writing = false;
  }
}

/** Writes into a log that is kept and has not been read. */
export class LogTracer implements Tracer {
  readonly #time: LogicalTime;
  readonly #log: Log;
  readonly #ids: SharedIds;
  readonly writing = false;

  /**
   * @param time When entries happen.
   * @param log Where they are kept.
   * @param ids The numbers of what tasks share.
   */
  constructor(time: LogicalTime, log: Log, ids: SharedIds) {
    this.#time = time;
    this.#log = log;
    this.#ids = ids;
  }

  spawn({ id, name }: Logged, parent: number | null): void {
    this.#log.spawn(this.#time.now, id, name, parent);
  }

  ready({ id }: Logged, by: WakeCause | null): void {
    this.#log.ready(this.#time.now, id, by);
  }

  step({ id }: Logged): void {
    this.#log.step(this.#time.now, id);
  }

  suspend({ id }: Logged, waited: WaitedFor, until?: number): void {
    const of = this.#ids.identified(waited);
    this.#log.suspend(this.#time.now, id, waited.why, until, waited.label, of);
  }

  emit({ id }: Logged, value: unknown): void {
    this.#log.emit(this.#time.now, id, value);
  }

  cancel({ id }: Logged, { reason, source }: Asked, by: CancelEntry["by"]): void {
    this.#log.cancel(this.#time.now, id, reason, by, source);
  }

  exit({ id }: Logged, outcome: ExitEntry["outcome"], failure?: string): void {
    this.#log.exit(this.#time.now, id, outcome, failure);
  }
}
