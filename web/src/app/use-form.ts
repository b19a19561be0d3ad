import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type FieldErrors, fieldErrors } from "../parts/form-errors";

type Options<Answer> = {
  /** What is wrong before anything is sent; nothing is sent then. */
  check?: () => FieldErrors;
  send: () => Promise<Answer>;
  onDone?: (answer: Answer) => unknown;
  /** The words of the codes of errors. */
  words?: Readonly<Record<string, string>>;
};

const NONE: FieldErrors = {};

/** What a `Form` needs: what is wrong, whether it is being sent, and the sending. */
export function useForm<Answer>({ check, send, onDone, words }: Options<Answer>) {
  const [found, setFound] = useState<FieldErrors>(NONE);
  const sending = useMutation({ mutationFn: send, onSuccess: onDone ?? (() => undefined) });
  const onSubmit = () => {
    if (sending.isPending) return;
    const faults = check?.() ?? NONE;
    setFound(faults);
    if (Object.keys(faults).length > 0) sending.reset();
    else sending.mutate();
  };
  return {
    errors: { ...fieldErrors(sending.error, words), ...found },
    error: sending.error,
    busy: sending.isPending,
    done: sending.data,
    isDone: sending.isSuccess,
    onSubmit,
    reset: sending.reset,
  };
}

/** What is needed and empty, by the field. */
export function missing(values: Readonly<Record<string, string>>, words: string): FieldErrors {
  const empty = Object.keys(values).filter((field) => !values[field]?.trim());
  return Object.fromEntries(empty.map((field) => [field, words]));
}
