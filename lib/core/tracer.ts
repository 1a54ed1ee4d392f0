import type { Agenda } from "./agenda.ts";
import type { Why } from "./suspension.ts";
import type { LoopTask } from "./task.ts";
import type { CancelEntry, Entry, ExitEntry, WakeCause } from "../trace/entry.ts";

type AnyTask = LoopTask<unknown>;

/** Writes a run's log. A loop without one pays a comparison for each entry it does not make. */
export class Tracer {
  readonly #kernel: Agenda;
  readonly #write: (entry: Entry) => void;
  #seq = 0;
  /** Whether the log's function is being called: the loop is in the middle of something. */
  writing = false;

  constructor(kernel: Agenda, write: (entry: Entry) => void) {
    this.#kernel = kernel;
    this.#write = write;
  }

  spawn({ id: task, name, parent: by }: AnyTask): void {
    const parent = by === null ? null : by.id;
    this.#log({ seq: this.#seq++, at: this.#kernel.time.now, type: "spawn", task, name, parent });
  }

  ready({ id: task }: AnyTask, by: WakeCause | null): void {
    this.#log({ seq: this.#seq++, at: this.#kernel.time.now, type: "ready", task, by });
  }

  step({ id: task }: AnyTask): void {
    this.#log({ seq: this.#seq++, at: this.#kernel.time.now, type: "step", task });
  }

  suspend({ id: task }: AnyTask, why: Why, until?: number, label?: string): void {
    const head = {
      seq: this.#seq++,
      at: this.#kernel.time.now,
      type: "suspend",
      task,
      why,
    } as const;
    if (until !== undefined) this.#log({ ...head, until });
    else this.#log(label === undefined ? head : { ...head, label });
  }

  emit({ id: task }: AnyTask, value: unknown): void {
    this.#log({ seq: this.#seq++, at: this.#kernel.time.now, type: "emit", task, value });
  }

  cancel({ id: task }: AnyTask, reason: unknown, by: CancelEntry["by"]): void {
    this.#log({ seq: this.#seq++, at: this.#kernel.time.now, type: "cancel", task, reason, by });
  }

  exit({ id: task }: AnyTask, outcome: ExitEntry["outcome"]): void {
    this.#log({ seq: this.#seq++, at: this.#kernel.time.now, type: "exit", task, outcome });
  }

  #log(entry: Entry): void {
    this.writing = true;
    try {
      this.#write(entry);
    } catch (error) {
      // A log that throws must not be taken for the task it was about to tell of.
      this.#kernel.tracer = null;
      this.#kernel.failed(error);
    }
    this.writing = false;
  }
}
