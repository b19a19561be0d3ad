import { classes } from "../../parts/classes";
import css from "./Status.module.css";

export type Tone = "done" | "waiting" | "failed" | "plain";

/** A word that says where something stands, with a colour and a shape of its own. */
export function Status({ tone, children }: { tone: Tone; children: string }) {
  return <span className={classes(css.status, css[tone])}>{children}</span>;
}
