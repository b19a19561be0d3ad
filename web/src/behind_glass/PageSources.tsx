import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import type { Schema } from "../api/client";
import { useSession } from "../app/session";
import { behindGlass as words } from "../strings/behind-glass";
import css from "./Drawer.module.css";
import { mayExplore, StreamLink } from "./explorer";
import { sourcesQuery, subjectOf } from "./page-sources";

/** Which streams the data of this page was folded from, and up to where. */
export function PageSources() {
  const { pathname, searchStr } = useLocation();
  const subject = subjectOf(pathname, searchStr);
  const { data, isError } = useQuery({ ...sourcesQuery(subject), placeholderData: keepPreviousData });
  const items = subject && !isError ? data?.items : [];
  return (
    <section aria-labelledby="page-sources" className={css.part}>
      <h3 id="page-sources">{words.page}</h3>
      {items?.length === 0 && <p className={css.soft}>{subject ? words.noSources : words.noSubject}</p>}
      {items && items.length > 0 && (
        <ul className={css.sources}>
          {items.map((source) => (
            <SourceRow key={source.view} of={source} />
          ))}
        </ul>
      )}
    </section>
  );
}

function SourceRow({ of: { view, position, streams } }: { of: Schema["Source"] }) {
  const isStaff = mayExplore(useSession());
  return (
    <li>
      <p className={css.source}>
        <strong>{words.view(view)}</strong> <span className={css.soft}>{words.upTo(position)}</span>
      </p>
      <ul>
        {streams.map((each) => (
          <li key={each.name} className={css.stream}>
            <StreamLink name={each.name} isLink={isStaff && each.streams === 1} />
            <span className={css.soft}>{words.range(each.streams, each.events, each.position)}</span>
          </li>
        ))}
      </ul>
    </li>
  );
}
