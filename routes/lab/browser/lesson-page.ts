import { edited } from "../lessons/edited.ts";
import type { Asked } from "../view/ran.ts";
import { byId } from "./dom.ts";
import { answers, keepAnswer } from "./progress.ts";
import type { OrderName } from "./share.ts";
import { Workbench } from "./workbench.ts";

// A lesson: its question is answered first, and its program can be changed.

const lesson = document.querySelector<HTMLElement>("main")!.dataset;
const radios = [...document.querySelectorAll<HTMLInputElement>("[name=answer]")];
const details = byId<HTMLDetailsElement>("answer");

/** Shows an answer's verdict, and what happened. */
function judge(radio: HTMLInputElement): void {
  const isAnswer = radio.value !== "";
  const isRight = radio.dataset.right !== undefined;
  byId("verdict").textContent = !isAnswer
    ? ""
    : isRight
    ? "Right. See how it comes about."
    : "Not so. See what happens instead.";
  byId("question").dataset.verdict = isAnswer ? isRight ? "right" : "wrong" : "";
  details.open = true;
}

const kept = answers()[lesson.lesson!];
const known = radios.find(({ value }) => value !== "" && Number(value) === kept);
if (known !== undefined) {
  known.checked = true;
  judge(known);
}
for (const radio of radios) {
  radio.addEventListener("change", () => {
    judge(radio);
    if (radio.value !== "") keepAnswer(lesson.lesson!, Number(radio.value));
  });
}

const workbench = new Workbench({
  order: lesson.order as OrderName,
  timing: lesson.timing as Asked["timing"],
});
// Who runs the program wants to see what it does.
workbench.onRun = () => {
  if (radios.some(({ checked }) => checked)) return;
  radios.at(-1)!.checked = true;
  judge(radios.at(-1)!);
  byId("verdict").textContent = "You ran it without an answer: this is what happens.";
};

const change = document.querySelector<HTMLElement>(".edit")!;
const [from, to] = ["del", "ins"].map((tag) => change.querySelector(tag)!.textContent!) as [
  string,
  string,
];
const imports = change.dataset.imports!.split(" ").filter((name) => name !== "");
const own = document.querySelector("textarea")!.defaultValue;
byId("edit").addEventListener("click", () => {
  const { text } = workbench;
  // The reader may have changed just that.
  const program = text.split(from).length === 2 ? text : own;
  workbench.change(edited(program, { text: "", from, to, imports }));
  document.querySelector(".bench")!.scrollIntoView({ block: "start" });
});
