import type { ReactNode } from "react";
import css from "./Hidden.module.css";

/** Words for who hears the page; the others see them in another way. */
export function Hidden({ children }: { children: ReactNode }) {
  return <span className={css.hidden}>{children}</span>;
}
