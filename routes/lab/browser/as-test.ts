import type { Asked, Explored } from "../view/ran.ts";
