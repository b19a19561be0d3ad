import type { FormEvent } from "react";
import { api, read, type Schema } from "../../api/client";
import type { Role } from "../../app/session";
import { Button } from "../../parts/Button";
import { Tick } from "../../parts/Field";
import { people as words } from "../../strings/console/people";
import { Outcome, useAction } from "../parts/action";
import { Part } from "../parts/Part";
import { PEOPLE } from "./queries";

/** The roles that an admin gives; that of a customer everybody has. */
export const GIVEN: readonly Role[] = ["admin", "operator", "analyst", "auditor"];

/** All roles of an account, to be ticked. */
export function RolesForm({ person: { userId, grantedRoles, position } }: { person: Schema["Profile"] }) {
  const draft = `console roles ${userId}`;
  const action = useAction<Role[]>({
    run: (roles) => {
      const params = { path: { user_id: userId } };
      return read(api.PUT("/bff/admin/users/{user_id}/roles", { params, body: { roles } }));
    },
    changes: [PEOPLE],
    draft,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    action.mutate(new FormData(event.currentTarget).getAll("role") as Role[]);
  };
  return (
    <Part title={words.rolesTitle}>
      <Part.Form key={position} draft={draft} onSubmit={submit}>
        <p>{words.rolesHint}</p>
        <RoleTicks given={grantedRoles} />
        <Button type="submit" busy={action.isPending}>
          {words.saveRoles}
        </Button>
      </Part.Form>
      <Outcome of={action} done={words.rolesSaved} />
    </Part>
  );
}

/** A box for each role that is given. */
export function RoleTicks({ given }: { given: readonly Role[] }) {
  return (
    <div>
      {GIVEN.map((role) => (
        <Tick key={role} name="role" value={role} label={words.roles[role]} defaultChecked={given.includes(role)} />
      ))}
    </div>
  );
}
