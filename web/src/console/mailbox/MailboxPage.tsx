import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { developmentQuery } from "../../app/development";
import { Notice } from "../../parts/Notice";
import type { Column } from "../../parts/Table";
import { When } from "../../parts/When";
import { mailbox as words } from "../../strings/console/mailbox";
import { TextFilter } from "../parts/FilterFields";
import { FilterForm } from "../parts/FilterForm";
import { FilterLink } from "../parts/FilterLink";
import { useFilters } from "../parts/filters";
import { ListPage } from "../parts/ListPage";
import { Paged } from "../parts/Paged";
import { RowTable } from "../parts/RowTable";
import { MailPane } from "./MailPane";
import { type Mail, mailsQuery, pageOfMails } from "./queries";

/** The mails that the shop keeps instead of sending them. */
export function MailboxPage() {
  const isKept = useQuery(developmentQuery).data?.mailbox;
  if (isKept === false) return <ListPage title={words.title} list={<Notice kind="info" title={words.elsewhere} />} />;
  return <Mailbox />;
}

function Mailbox() {
  const [filters] = useFilters();
  const query = useQuery({
    ...mailsQuery,
    select: useCallback((mails: Mail[]) => pageOfMails(mails, filters), [filters]),
  });
  const id = filters.mail;
  const mail = useQuery(mailsQuery).data?.find((each) => each.id === id);
  return (
    <ListPage
      title={words.title}
      filters={
        <>
          <p>{words.intro}</p>
          <FilterForm names={["to"]}>
            <TextFilter label={words.to} name="to" type="search" placeholder={words.toHint} />
          </FilterForm>
        </>
      }
      list={
        <Paged query={query} empty={filters.to ? undefined : <NoneYet />}>
          {(rows) => <Mails rows={rows} open={id} />}
        </Paged>
      }
      pane={
        id ? { id, title: mail?.subject ?? words.open, filter: "mail", content: <MailPane mail={mail} /> } : undefined
      }
    />
  );
}

function Mails({ rows, open }: { rows: Mail[]; open: string | undefined }) {
  const columns: Column<Mail>[] = [
    {
      head: words.subject,
      cell: ({ id, subject }) => (
        <FilterLink changes={{ mail: id }} aria-current={id === open || undefined}>
          {subject}
        </FilterLink>
      ),
    },
    { head: words.to, cell: ({ to }) => to },
    { head: words.sent, cell: ({ at }) => <When at={at} /> },
    { head: words.template, cell: ({ template }) => words.templates(template) },
  ];
  return <RowTable caption={words.caption} columns={columns} rows={rows} keyOf={({ id }) => id} />;
}

function NoneYet() {
  return (
    <>
      <p>{words.none}</p>
      <p>{words.noneNext}</p>
    </>
  );
}
