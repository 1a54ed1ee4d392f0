import { edited } from "../lessons/edited.ts";
import type { AskedProgram } from "../view/ran.ts";
import { changedText } from "../view/verdict.ts";
import { byId } from "./dom.ts";
import { answers, keepAnswer } from "./progress.ts";
import type { OrderName } from "./share.ts";
import { Workbench } from "./workbench.ts";

// A lesson: its question is answered first, and its program can be changed.

const lesson = document.querySelector<HTMLElement>("main")!.dataset;
const radios = [...document.querySelectorAll<HTMLInputElement>("[name=answer]")];
const details = byId<HTMLDetailsElement>("answer");
const own = document.querySelector("textarea")!.defaultValue;
/** Whether the run that is shown is one of a program that the reader has changed. */
let isChanged = false;

/** Shows an answer's verdict, and what happened. */
function judge(radio: HTMLInputElement): void {
  const isAnswer = radio.value !== "";
  const isRight = radio.dataset.right !== undefined;
  byId("question").dataset.verdict = isAnswer ? isRight ? "right" : "wrong" : "";
  sayVerdict();
  details.open = !isChanged;
}

/** What the answer was worth, of the program as it was. */
function sayVerdict(): void {
  const { verdict } = byId("question").dataset;
  const isRight = verdict === "right";
  const words = isChanged
    ? isRight ? "Right, of the program as it was." : "Not so, of the program as it was."
    : isRight
    ? "Right. See how it comes about."
    : "Not so. The right answer is marked: see how it comes about.";
  byId("verdict").textContent = verdict ? words : "";
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

const change = document.querySelector<HTMLElement>(".edit")!;
const [from, to] = ["del", "ins"].map((tag) => change.querySelector(tag)!.textContent!) as [
  string,
  string,
];
const imports = change.dataset.imports!.split(" ").filter((name) => name !== "");
const edit = { from, to, imports };

const workbench = new Workbench({
  order: lesson.order as OrderName,
  timing: lesson.timing as AskedProgram["timing"],
});
// It would answer the question.
workbench.isSecret = () => !radios.some(({ checked }) => checked);
// A reader who runs the program wants to see what it does.
workbench.onRun = () => {
  if (radios.some(({ checked }) => checked)) return;
  radios.at(-1)!.checked = true;
  judge(radios.at(-1)!);
  byId("verdict").textContent = "You ran it without an answer: this is what happens.";
};
/** How long the lesson's own program takes, in ms. */
let before = Number(change.dataset.before);
workbench.onShow = (source, time) => {
  if (source === own) before = time;
  const wasChanged = isChanged;
  isChanged = source !== own;
  const why = source === edited(own, edit) ? ` ${change.dataset.outcome}` : "";
  byId("changed").textContent = isChanged ? changedText(time, before) + why : "";
  if (isChanged === wasChanged) return;
  byId("was").hidden = !isChanged;
  details.open = !isChanged;
  sayVerdict();
};

byId("edit").addEventListener("click", async () => {
  const { text } = workbench;
  // The reader may have changed just that.
  const program = text.split(from).length === 2 ? text : own;
  await workbench.change(edited(program, edit));
  // Above the run stands what has changed.
  byId("changed").scrollIntoView({ block: "start" });
});
