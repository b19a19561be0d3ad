import type { ReactNode } from "react";
import css from "./Message.module.css";

type Props = { title: string; text?: ReactNode; action?: ReactNode; children?: ReactNode };

/** A page, or the place of a list, that has one thing to say and what to do next. */
export function Message({ title, text, action, children }: Props) {
  return (
    <section className={css.message}>
      <h1 className={css.title}>{title}</h1>
      {text && <p>{text}</p>}
      {children}
      {action && <div className={css.acts}>{action}</div>}
    </section>
  );
}
