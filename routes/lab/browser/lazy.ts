// What the first view of the tutorial does not need. Once it is loaded, the page needs the server no
// more.
export { YouSchedule } from "./you-schedule.ts";
export { Live } from "./live.ts";
export { copy, download } from "./download.ts";
export { LANGUAGES } from "../view/listing.ts";
export { paint } from "../view/paint.ts";
