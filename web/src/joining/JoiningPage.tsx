import type { ReactNode } from "react";
import css from "./JoiningPage.module.css";

type Props = { title: string; why?: ReactNode; children: ReactNode; below?: ReactNode };

/** A narrow page with one form, and where else to go. */
export function JoiningPage({ title, why, children, below }: Props) {
  return (
    <div className={css.page}>
      <title>{`${title} · AIOutlet`}</title>
      <h1 className={css.title}>{title}</h1>
      {why && <p className={css.why}>{why}</p>}
      <div className={css.card}>{children}</div>
      {below && <div className={css.below}>{below}</div>}
    </div>
  );
}
