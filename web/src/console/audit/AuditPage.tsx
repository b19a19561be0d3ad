import { audit as words } from "../../strings/console/audit";
import { useFilters } from "../parts/filters";
import { ListPage } from "../parts/ListPage";
import { Tabs } from "../parts/Tabs";
import { AuditFilters } from "./AuditFilters";
import { AuditList } from "./AuditList";
import { AuditPane } from "./AuditPane";
import { sectionOf } from "./queries";
import { Report } from "./Report";

/** Every event as auditors ask for it: found, an order's life cycle, the security trail, and a report of a period. */
export function AuditPage() {
  const [filters] = useFilters();
  const section = sectionOf(filters);
  const position = Number(filters.event) || undefined;
  return (
    <ListPage
      title={words.title}
      filters={
        <>
          <Tabs label={words.sections} name="section" first={words.events} others={words.others} />
          <AuditFilters section={section} />
        </>
      }
      list={section === "report" ? <Report /> : <AuditList key={section} />}
      pane={
        position && section !== "report"
          ? {
              id: String(position),
              title: words.pane(position),
              filter: "event",
              content: <AuditPane position={position} />,
            }
          : undefined
      }
    />
  );
}
