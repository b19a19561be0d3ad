import type { FormEvent, ReactNode } from "react";
import { FormErrors } from "../parts/FormErrors";
import type { FieldErrors } from "../parts/form-errors";
import { PartError } from "./errors";
import css from "./Form.module.css";

export type FieldLabels = Readonly<Record<string, { label: string; id: string }>>;

type Props = {
  /** What is wrong with which field. */
  errors: FieldErrors;
  fields: FieldLabels;
  /** Why it could not be sent; one that `errors` tells is not told twice. */
  error?: Error | null;
  onSubmit: () => void;
  /** What it is, for who hears the page, where no heading says it. */
  label?: string;
  children: ReactNode;
};

/** A form that says on top what is wrong in it, and why it could not be sent; what is typed stays. */
export function Form({ errors, fields, error, onSubmit, label, children }: Props) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  const isTold = Object.keys(errors).length > 0;
  return (
    <form noValidate className={css.form} onSubmit={submit} aria-label={label}>
      <FormErrors errors={errors} fields={fields} />
      {error && !isTold && <PartError error={error} />}
      {children}
    </form>
  );
}

/** The buttons below a form. */
export function FormFoot({ children }: { children: ReactNode }) {
  return <div className={css.foot}>{children}</div>;
}
