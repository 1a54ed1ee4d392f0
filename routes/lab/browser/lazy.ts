// What the first view does without. Once it is here, the page does without the server.
export { YouSchedule } from "./you-schedule.ts";
export { LiveRun } from "./live-run.ts";
export { copy, download } from "./download.ts";
