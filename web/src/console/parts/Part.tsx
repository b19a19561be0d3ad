import { type ComponentProps, type ReactNode, useId } from "react";
import css from "./Part.module.css";

/** A part of a pane, with its title. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={css.part}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

/** A form in a pane: its fields under one another. */
Part.Form = function PartForm(props: ComponentProps<"form">) {
  return <form {...props} className={css.form} />;
};
