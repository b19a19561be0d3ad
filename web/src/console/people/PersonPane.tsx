import { useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { api, read, type Schema } from "../../api/client";
import { QueryState } from "../../app/QueryState";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { Skeleton } from "../../parts/Skeleton";
import { When } from "../../parts/When";
import { people as words } from "../../strings/console/people";
import { Outcome, useAction } from "../parts/action";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Facts } from "../parts/Facts";
import { IncompleteNotice } from "../parts/Incomplete";
import { Part } from "../parts/Part";
import { PEOPLE, personQuery } from "./queries";
import { RolesForm } from "./RolesForm";

type Person = Schema["Profile"];

/** One account as an admin sees it: its roles, its sessions, and whether it is open. */
export function PersonPane({ id }: { id: string }) {
  return (
    <QueryState query={useQuery(personQuery(id))} loading={<Skeleton shape="block" />}>
      {(person) => (
        <>
          <IncompleteNotice of={person} />
          <Standing person={person} />
          {person.state !== "erased" && (
            <>
              <RolesForm person={person} />
              <Sessions person={person} />
              <Access person={person} />
            </>
          )}
        </>
      )}
    </QueryState>
  );
}

function Standing({ person }: { person: Person }) {
  return (
    <Facts
      of={{
        [words.mail]: person.email,
        [words.name]: [person.firstName, person.lastName].filter(Boolean).join(" "),
        [words.state]: words.states[person.state],
        [words.since]: <When at={person.createdAt} />,
        [words.lastLogin]: person.lastLoginAt && <When at={person.lastLoginAt} />,
        [words.logins]: person.loginCount,
        [words.id]: <code>{person.userId}</code>,
        [words.orders]: (
          <ConsoleLink to="/console/orders" filters={{ customer: person.userId }}>
            {words.seeOrders}
          </ConsoleLink>
        ),
        [words.events]: (
          <ConsoleLink to="/console/events" filters={{ stream: `user-${person.userId}` }}>
            {words.seeEvents}
          </ConsoleLink>
        ),
      }}
    />
  );
}

function Sessions({ person: { userId, sessions } }: { person: Person }) {
  const params = { path: { user_id: userId } };
  const action = useAction({
    run: () => read(api.DELETE("/bff/admin/users/{user_id}/sessions", { params })),
    changes: [PEOPLE],
  });
  return (
    <Part title={words.sessions}>
      {sessions.length === 0 && <p>{words.noSessions}</p>}
      <ul>
        {sessions.map(({ sessionId, openedAt, userAgent }) => (
          <li key={sessionId}>
            <When at={openedAt} /> {userAgent}
          </li>
        ))}
      </ul>
      {sessions.length > 0 && (
        <Button busy={action.isPending} onClick={() => action.mutate()}>
          {words.endSessions}
        </Button>
      )}
      <Outcome of={action} done={words.sessionsEnded} />
    </Part>
  );
}

function Access({ person: { userId, state } }: { person: Person }) {
  const params = { path: { user_id: userId } };
  const draft = `console access ${userId}`;
  const action = useAction<string | null>({
    run: (reason) => {
      if (reason === null) return read(api.POST("/bff/admin/users/{user_id}/reactivate", { params }));
      return read(api.POST("/bff/admin/users/{user_id}/deactivate", { params, body: { reason } }));
    },
    changes: [PEOPLE],
    draft,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    action.mutate(String(new FormData(event.currentTarget).get("reason")));
  };
  return (
    <Part title={words.access}>
      {state === "deactivated" ? (
        <Button busy={action.isPending} onClick={() => action.mutate(null)}>
          {words.reopen}
        </Button>
      ) : (
        <Part.Form draft={draft} onSubmit={submit}>
          <TextField label={words.reason} name="reason" hint={words.closeHint} maxLength={200} />
          <Button type="submit" look="danger" busy={action.isPending}>
            {words.close}
          </Button>
        </Part.Form>
      )}
      <Outcome of={action} done={words.accessChanged} />
    </Part>
  );
}
