import { type QueryKey, type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { askAgain } from "../../app/ask-again";
import { PartError } from "../../app/errors";
import { forgetDraft } from "../../parts/draft";
import { Notice } from "../../parts/Notice";

type Options<Input, Output> = {
  run: (input: Input) => Promise<Output>;
  /** What is asked for again once it is done; the BFF answers with what was recorded, or later. */
  changes: readonly QueryKey[];
  /** The draft of the form that says it: it is forgotten once it is done. */
  draft?: string;
  onDone?: (output: Output) => void;
};

/** Something that a keeper does, after which lists and panes show what it led to. */
export function useAction<Input = void, Output = unknown>({ run, changes, draft, onDone }: Options<Input, Output>) {
  const client = useQueryClient();
  return useMutation<Output, Error, Input>({
    mutationFn: run,
    onSuccess: async (output) => {
      if (draft) forgetDraft(draft);
      onDone?.(output);
      await Promise.all(changes.map((queryKey) => askAgain(client, { queryKey })));
    },
  });
}

type Done = Pick<UseMutationResult<unknown, Error, never>, "isError" | "isSuccess" | "error">;

/** What became of an action: nothing yet, that it was refused and why, or that it is done. */
export function Outcome({ of, done }: { of: Done; done: string }) {
  if (of.isError) return <PartError error={of.error} />;
  return of.isSuccess ? <Notice kind="done" title={done} /> : null;
}
