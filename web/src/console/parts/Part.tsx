import { type ComponentProps, type ReactNode, useId } from "react";
import { useFormDraft } from "../../parts/form-draft";
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

type FormProps = Omit<ComponentProps<"form">, "ref" | "onInput"> & {
  /** Under which name what is typed outlives a reload, until the action with this name of a draft is done. */
  draft?: string;
};

/** A form in a pane: its fields under one another. */
Part.Form = function PartForm({ draft, ...props }: FormProps) {
  const kept = useFormDraft(draft);
  return <form {...props} {...kept} className={css.form} />;
};
