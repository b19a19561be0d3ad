import { type ReactNode, useId } from "react";
import { account } from "../strings/account";
import css from "./AccountPage.module.css";

/** One page of the account. */
export function AccountPage({ title, why, children }: { title: string; why?: ReactNode; children: ReactNode }) {
  return (
    <>
      <title>{`${title} · ${account.title} · AIOutlet`}</title>
      <h1 className={css.title}>{title}</h1>
      {why && <p className={css.why}>{why}</p>}
      <div className={css.parts}>{children}</div>
    </>
  );
}

/** A part of such a page. */
export function AccountPart({ title, why, children }: { title: string; why?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={css.part}>
      <h2 id={id}>{title}</h2>
      {why && <p className={css.why}>{why}</p>}
      {children}
    </section>
  );
}
