import { hasRole, useSession } from "../../app/session";
import { overview as words } from "../../strings/console/overview";
import { shell } from "../../strings/console/shell";
import { Figures } from "./Figures";
import { LiveBoard } from "./LiveBoard";
import css from "./Overview.module.css";

/** The shop as it goes on: its figures for who may see them, and its board, live. */
export function OverviewPage() {
  const person = useSession();
  return (
    <div className={css.page}>
      <title>{shell.title(words.title)}</title>
      <h1 className={css.title}>{words.title}</h1>
      {hasRole(person, "admin", "analyst") && <Figures />}
      {hasRole(person, "admin", "operator") && <LiveBoard />}
    </div>
  );
}
