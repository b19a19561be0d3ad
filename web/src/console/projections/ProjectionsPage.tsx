import { useQuery } from "@tanstack/react-query";
import { QueryState } from "../../app/QueryState";
import { Skeleton } from "../../parts/Skeleton";
import type { Column } from "../../parts/Table";
import { consumerName } from "../../strings/console/consumers";
import { projections as words } from "../../strings/console/projections";
import { FilterLink } from "../parts/FilterLink";
import { useFilters } from "../parts/filters";
import { ListPage } from "../parts/ListPage";
import { RowTable } from "../parts/RowTable";
import { Status } from "../parts/Status";
import { ModelPane } from "./ModelPane";
import { isBuilding, projectionsQuery, type ReadModel } from "./queries";

/** The read models and their versions: how far each is behind, and what can be built, switched to and removed. */
export function ProjectionsPage() {
  const [{ view }] = useFilters();
  const query = useQuery(projectionsQuery);
  const open = query.data?.items.find((model) => model.view === view);
  return (
    <ListPage
      title={words.title}
      list={
        <QueryState query={query} loading={<Skeleton shape="block" />}>
          {({ items }) => <ModelTable rows={items} open={view} />}
        </QueryState>
      }
      pane={
        open && { id: open.view, title: consumerName(open.view), filter: "view", content: <ModelPane model={open} /> }
      }
    />
  );
}

function ModelTable({ rows, open }: { rows: ReadModel[]; open: string | undefined }) {
  const columns: Column<ReadModel>[] = [
    {
      head: words.view,
      cell: ({ view }) => (
        <FilterLink changes={{ view }} aria-current={view === open || undefined}>
          {consumerName(view)}
        </FilterLink>
      ),
    },
    { head: words.behind, figures: true, cell: ({ versions: [current] }) => figure(current?.behind) },
    { head: words.others, cell: (model) => <Others of={model} /> },
    { head: words.readFrom, cell: ({ versions: [current] }) => <code>{current?.name}</code> },
  ];
  return <RowTable caption={words.caption} columns={columns} rows={rows} keyOf={({ view }) => view} />;
}

function Others({ of }: { of: ReadModel }) {
  if (isBuilding(of)) return <Status tone="waiting">{words.states.building}</Status>;
  return words.otherVersions(of.versions.length - 1);
}

function figure(value: number | null | undefined): string {
  return value?.toLocaleString("en") ?? "";
}
