import { type ComponentProps, type ReactNode, useId } from "react";
import { parts } from "../strings/parts";
import css from "./Field.module.css";

type Common = {
  label: string;
  /** What is wrong with it; it stands beside the field and is read with it. */
  error?: string | undefined;
  hint?: ReactNode;
  /** Says "optional" beside the label. */
  optional?: boolean;
};

type Wiring = { id: string; "aria-invalid": true | undefined; "aria-describedby": string | undefined };

/** A label, what is typed or chosen, a hint and an error, tied together; `children` makes the control. */
export function Field({ label, error, hint, optional, id, children }: FieldProps) {
  const own = useId();
  const control = id ?? own;
  const described = [hint && `${control}-hint`, error && `${control}-error`].filter(Boolean).join(" ");
  return (
    <div className={css.field}>
      <label htmlFor={control} className={css.label}>
        {label} {optional && <span className={css.optional}>{parts.optional}</span>}
      </label>
      {children({
        id: control,
        "aria-invalid": error ? true : undefined,
        "aria-describedby": described || undefined,
      })}
      {hint && (
        <p id={`${control}-hint`} className={css.hint}>
          {hint}
        </p>
      )}
      {error && (
        <p id={`${control}-error`} className={css.error}>
          {error}
        </p>
      )}
    </div>
  );
}

type FieldProps = Common & { id?: string | undefined; children: (wiring: Wiring) => ReactNode };

/** A line of text. */
export function TextField({ label, error, hint, optional, id, ...input }: Common & ComponentProps<"input">) {
  return (
    <Field {...{ label, error, hint, id }} optional={optional ?? false}>
      {(wiring) => <input type="text" {...input} {...wiring} className={css.control} required={!optional} />}
    </Field>
  );
}

/** Some lines of text. */
export function TextArea({ label, error, hint, optional, id, ...area }: Common & ComponentProps<"textarea">) {
  return (
    <Field {...{ label, error, hint, id }} optional={optional ?? false}>
      {(wiring) => <textarea rows={4} {...area} {...wiring} className={css.control} required={!optional} />}
    </Field>
  );
}

/** One of several; `children` are its `<option>`s. The browser's own list: it is at home on every device. */
export function SelectField({ label, error, hint, optional, id, ...select }: Common & ComponentProps<"select">) {
  return (
    <Field {...{ label, error, hint, id }} optional={optional ?? false}>
      {(wiring) => <select {...select} {...wiring} className={css.control} required={!optional} />}
    </Field>
  );
}

/** A box to tick; never ticked beforehand. */
export function Tick({ label, ...input }: { label: ReactNode } & ComponentProps<"input">) {
  return (
    <label className={css.tick}>
      <input type="checkbox" {...input} />
      <span>{label}</span>
    </label>
  );
}
