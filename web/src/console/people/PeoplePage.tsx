import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schema } from "../../api/client";
import { Button } from "../../parts/Button";
import { LazyDialog } from "../../parts/LazyDialog";
import { Notice } from "../../parts/Notice";
import type { Column } from "../../parts/Table";
import { When } from "../../parts/When";
import { people as words } from "../../strings/console/people";
import { shell } from "../../strings/console/shell";
import { ChoiceFilter, TextFilter } from "../parts/FilterFields";
import { FilterForm } from "../parts/FilterForm";
import { FilterLink } from "../parts/FilterLink";
import { useFilters } from "../parts/filters";
import { IncompleteMark } from "../parts/Incomplete";
import { ListPage } from "../parts/ListPage";
import { Paged } from "../parts/Paged";
import { RowTable } from "../parts/RowTable";
import { Status, type Tone } from "../parts/Status";
import { NewAccountForm } from "./NewAccountForm";
import { PersonPane } from "./PersonPane";
import { peopleQuery, personQuery } from "./queries";

type Account = Schema["Account"];

const TONES: Readonly<Record<Account["state"], Tone>> = {
  unverified: "waiting",
  active: "done",
  deactivated: "failed",
  erased: "plain",
};

export function PeoplePage() {
  const [filters] = useFilters();
  const query = useQuery(peopleQuery(filters));
  const id = filters.person;
  const account = useQuery({ ...personQuery(id ?? ""), enabled: id !== undefined }).data;
  const title = account?.email ?? words.title;
  return (
    <ListPage
      title={words.title}
      actions={<Make />}
      filters={
        <FilterForm names={["mail", "role", "state"]}>
          <TextFilter label={words.mail} name="mail" type="email" placeholder={words.mailHint} />
          <ChoiceFilter label={words.role} name="role" choices={words.roles} />
          <ChoiceFilter label={words.state} name="state" choices={words.states} />
        </FilterForm>
      }
      list={<Paged query={query}>{(rows) => <People rows={rows} open={id} />}</Paged>}
      pane={id ? { id, title, filter: "person", content: <PersonPane id={id} /> } : undefined}
    />
  );
}

function Make() {
  const [isOpen, setOpen] = useState(false);
  const [made, setMade] = useState<string>();
  const onMade = (email: string) => {
    setOpen(false);
    setMade(email);
  };
  return (
    <>
      {made && <Notice kind="done" title={words.created(made)} />}
      <Button look="primary" onClick={() => setOpen(true)}>
        {words.create}
      </Button>
      {isOpen && (
        <LazyDialog open title={words.create} onClose={() => setOpen(false)}>
          <NewAccountForm onMade={onMade} />
        </LazyDialog>
      )}
    </>
  );
}

function People({ rows, open }: { rows: Account[]; open: string | undefined }) {
  const columns: Column<Account>[] = [
    {
      head: words.mail,
      cell: ({ userId, email }) => (
        <FilterLink changes={{ person: userId }} aria-current={userId === open || undefined}>
          {email ?? words.erased}
        </FilterLink>
      ),
    },
    { head: words.name, cell: ({ firstName, lastName }) => [firstName, lastName].filter(Boolean).join(" ") },
    { head: words.role, cell: ({ roles }) => roles.map((role) => words.roles[role] ?? role).join(", ") },
    {
      head: words.state,
      cell: (person) => (
        <>
          <Status tone={TONES[person.state]}>{words.states[person.state]}</Status> <IncompleteMark of={person} />
        </>
      ),
    },
    {
      head: words.lastLogin,
      cell: ({ lastLoginAt }) => (lastLoginAt ? <When at={lastLoginAt} /> : shell.unknown),
    },
  ];
  return <RowTable caption={words.caption} columns={columns} rows={rows} keyOf={({ userId }) => userId} />;
}
