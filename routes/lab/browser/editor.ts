import { markup } from "../view/markup.ts";
import { paintLine } from "../view/paint.ts";
import { setMarkup } from "./dom.ts";

/**
 * The field in which a program is changed: a real `<textarea>`, whose text cannot be seen, over the
 * same text in colour. The painted lines are as wide as the field, so both wrap at the same places,
 * and as high as all lines together, so neither scrolls.
 */
export class Editor {
  readonly #field: HTMLTextAreaElement;
  readonly #lines: HTMLElement;
  /** The text that is painted. */
  #painted: string;
  /** Called when the reader has changed the text. */
  onChange = () => {};
  /** Called when the reader wants it to be run. */
  onRun = () => {};

  /** @param root What has the painted lines and the field. */
  constructor(root: HTMLElement) {
    this.#field = root.querySelector("textarea")!;
    this.#lines = root.querySelector("ol")!;
    this.#painted = this.#field.value;
    // Screen readers read the field, which has the same text.
    this.#lines.ariaHidden = "true";
    this.#field.addEventListener("input", () => {
      this.#paint();
      this.onChange();
    });
    this.#field.addEventListener("keydown", (event) => this.#press(event));
    // What the browser has kept of a page that was left.
    this.#paint();
  }

  get text(): string {
    return this.#field.value;
  }

  set text(text: string) {
    if (text === this.#field.value) return;
    this.#field.value = text;
    this.#paint();
  }

  /** Puts another text in place of all. The reader can undo that, as a change of their own. */
  replace(text: string): void {
    const focused = document.activeElement as HTMLElement | null;
    this.#field.focus({ preventScroll: true });
    this.#field.select();
    // Unlike a change of the value, this can be undone.
    if (!document.execCommand("insertText", false, text)) {
      this.text = text;
      this.onChange();
    }
    if (focused !== this.#field) focused?.focus({ preventScroll: true });
  }

  /** Marks lines, by their numbers, with what there is to say of them. */
  mark(texts: ReadonlyMap<number, string>, name: string): void {
    for (const [index, line] of [...this.#lines.children].entries()) {
      line.classList.toggle(name, texts.has(index + 1));
      const text = texts.get(index + 1);
      if (text !== undefined) (line as HTMLElement).title = text;
    }
  }

  #paint(): void {
    const { value } = this.#field;
    if (value === this.#painted) return;
    this.#painted = value;
    const lines = value.split("\n").map((line, index) => paintLine(line, index + 1));
    setMarkup(this.#lines, markup`${lines}`);
  }

  #press(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      return this.onRun();
    }
    if (event.shiftKey || event.altKey) return;
    const before = this.#field.value.slice(0, this.#field.selectionStart);
    const indent = /^[ \t]*/.exec(before.slice(before.lastIndexOf("\n") + 1))![0];
    const deeper = /[{[(]$/.test(before) ? indent.includes("\t") ? "\t" : "  " : "";
    if (indent + deeper === "") return;
    event.preventDefault();
    // Unlike a change of the value, this can be undone.
    document.execCommand("insertText", false, `\n${indent}${deeper}`);
  }
}
