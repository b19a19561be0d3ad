import { type ReactNode, useId } from "react";
import css from "./Overview.module.css";

type Props = { title: string; why?: string; children: ReactNode };

/** One thing to know of the shop. */
export function Card({ title, why, children }: Props) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={css.card}>
      <h2 id={id}>{title}</h2>
      {children}
      {why && <p className={css.why}>{why}</p>}
    </section>
  );
}
