import type { FormEvent } from "react";
import { api, read, type Schema } from "../../api/client";
import { useIdempotencyKey } from "../../api/idempotency";
import type { Role } from "../../app/session";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { fieldErrors } from "../../parts/form-errors";
import { people as words } from "../../strings/console/people";
import { Outcome, useAction } from "../parts/action";
import { Part } from "../parts/Part";
import { PEOPLE } from "./queries";
import { RoleTicks } from "./RolesForm";

type NewAccount = Schema["NewAccount"];

/** A new account, whose owner sets the password. */
export function NewAccountForm({ onMade }: { onMade: (email: string) => void }) {
  const keyOf = useIdempotencyKey();
  const draft = "console account";
  const action = useAction<NewAccount, NewAccount>({
    run: async (body) => {
      await read(api.POST("/bff/admin/users", { body, headers: { "Idempotency-Key": keyOf(body) } }));
      return body;
    },
    changes: [PEOPLE],
    draft,
    onDone: ({ email }) => onMade(email),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    const text = (name: string) => String(said.get(name)).trim();
    const roles = said.getAll("role") as Role[];
    action.mutate({ email: text("email"), firstName: text("firstName"), lastName: text("lastName"), roles });
  };
  const errors = fieldErrors(action.error);
  return (
    <Part.Form draft={draft} onSubmit={submit}>
      <p>{words.createHint}</p>
      <TextField label={words.mail} name="email" type="email" error={errors.email} />
      <TextField label={words.firstName} name="firstName" maxLength={200} error={errors.firstName} />
      <TextField label={words.lastName} name="lastName" maxLength={200} error={errors.lastName} />
      <RoleTicks given={[]} />
      <Button type="submit" look="primary" busy={action.isPending}>
        {words.createNow}
      </Button>
      <Outcome of={action} done="" />
    </Part.Form>
  );
}
