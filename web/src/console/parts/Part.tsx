import { type ComponentProps, type ReactNode, useId } from "react";
import css from "./Part.module.css";

type Props = { title: string; level?: 2 | 3; children: ReactNode };

/** A part of a pane, or with level 2 of a page, with its title. */
export function Part({ title, level = 3, children }: Props) {
  const id = useId();
  const Title = level === 2 ? "h2" : "h3";
  return (
    <section aria-labelledby={id} className={css.part}>
      <Title id={id}>{title}</Title>
      {children}
    </section>
  );
}

/** A form in a pane: its fields under one another. */
Part.Form = function PartForm(props: ComponentProps<"form">) {
  return <form {...props} className={css.form} />;
};
