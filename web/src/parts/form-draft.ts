import { useEffect, useRef } from "react";
import { forgetDraft, readDraft, writeDraft } from "./draft";

type Typed = Record<string, string | boolean>;

/**
 * What was typed into a form whose fields keep themselves, as a draft: it outlives a reload, a log-in and an error.
 * Only what differs from what the form began with is kept; without a name, nothing is. Never for passwords.
 */
export function useFormDraft(name: string | undefined) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (name && form.current) restore(form.current, readDraft<Typed>(name) ?? {});
  }, [name]);
  const onInput = () => {
    if (!name || !form.current) return;
    const typed = typedIn(form.current);
    if (Object.keys(typed).length > 0) writeDraft(name, typed);
    else forgetDraft(name);
  };
  return { ref: form, onInput };
}

function fieldsOf(form: HTMLFormElement): (HTMLInputElement | HTMLTextAreaElement)[] {
  const fields = [...form.elements].filter(
    (each): each is HTMLInputElement | HTMLTextAreaElement =>
      each instanceof HTMLTextAreaElement || (each instanceof HTMLInputElement && each.type !== "password"),
  );
  return fields.filter(({ name, type }) => name !== "" && type !== "file");
}

/** The name of a field; of boxes with one name, each has its own. */
function nameOf(field: HTMLInputElement | HTMLTextAreaElement): string {
  return isBox(field) ? `${field.name}=${field.value}` : field.name;
}

function isBox(field: HTMLInputElement | HTMLTextAreaElement): field is HTMLInputElement {
  return field.type === "checkbox" || field.type === "radio";
}

function typedIn(form: HTMLFormElement): Typed {
  const typed: Typed = {};
  for (const field of fieldsOf(form)) {
    if (isBox(field)) {
      if (field.checked !== field.defaultChecked) typed[nameOf(field)] = field.checked;
    } else if (field.value !== field.defaultValue) {
      typed[nameOf(field)] = field.value;
    }
  }
  return typed;
}

function restore(form: HTMLFormElement, typed: Typed): void {
  for (const field of fieldsOf(form)) {
    const value = typed[nameOf(field)];
    if (typeof value === "boolean" && isBox(field)) field.checked = value;
    if (typeof value === "string" && !isBox(field)) field.value = value;
  }
}
