// What the first view does not need. Once it is loaded, the page needs the server no more.
export { YouSchedule } from "./you-schedule.ts";
export { Live } from "./live.ts";
export { copy, download } from "./download.ts";
export { LANGUAGES, lineMarkup } from "../view/listing.ts";
export { showStage } from "./stage.ts";
export { markText, rows, story } from "../view/story.ts";
