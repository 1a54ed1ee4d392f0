// What explains a run in words, and as a table and a stage: the first view does not need it.
export { showStage } from "./stage.ts";
export { markText, rows, story } from "../view/story.ts";
