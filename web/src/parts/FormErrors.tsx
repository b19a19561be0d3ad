import { useEffect, useRef } from "react";
import { parts } from "../strings/parts";
import type { FieldErrors } from "./form-errors";
import { Notice } from "./Notice";

type Props = {
  errors: FieldErrors;
  /** The label of each field, and the id of its control; a field that is not here is told without a link. */
  fields: Readonly<Record<string, { label: string; id: string }>>;
};

/** The list on top of a form of all that is wrong in it; it takes the focus when it appears. */
export function FormErrors({ errors, fields }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const entries = Object.entries(errors);
  const key = entries.map(([field]) => field).join(" ");
  useEffect(() => {
    if (key) list.current?.focus();
  }, [key]);
  if (entries.length === 0) return null;
  return (
    <div ref={list} tabIndex={-1}>
      <Notice kind="failed" title={parts.formErrors(entries.length)}>
        <ul>
          {entries.map(([field, words]) => (
            <li key={field}>
              {fields[field] ? <a href={`#${fields[field].id}`}>{fields[field].label}</a> : field}: {words}
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
