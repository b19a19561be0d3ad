import type { ReactNode } from "react";
import css from "./Empty.module.css";

/** In the place of rows where there are none: that, and what to do next. */
export function Empty({ children }: { children: ReactNode }) {
  return <div className={css.empty}>{children}</div>;
}
