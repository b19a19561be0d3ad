import { type ReactNode, useId } from "react";
import css from "./LandingPage.module.css";

type Props = { title: string; why?: ReactNode; more?: ReactNode; children: ReactNode };

/** A part of the page with a title, and why it shows what it shows. */
export function Section({ title, why, more, children }: Props) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={css.section}>
      <div className={css.head}>
        <h2 id={id}>{title}</h2>
        {more}
        {why && <p className={css.why}>{why}</p>}
      </div>
      {children}
    </section>
  );
}
