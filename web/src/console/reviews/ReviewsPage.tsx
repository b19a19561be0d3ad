import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schema } from "../../api/client";
import type { Column } from "../../parts/Table";
import { When } from "../../parts/When";
import { reviews as words } from "../../strings/console/reviews";
import { FilterLink } from "../parts/FilterLink";
import { useFilters } from "../parts/filters";
import { IncompleteMark } from "../parts/Incomplete";
import { ListPage } from "../parts/ListPage";
import { Paged } from "../parts/Paged";
import { RowTable } from "../parts/RowTable";
import { Status } from "../parts/Status";
import { Tabs } from "../parts/Tabs";
import { reviewsQuery } from "./queries";
import { ReviewPane } from "./ReviewPane";

type Review = Schema["ModeratedReview"];

export function ReviewsPage() {
  const [filters] = useFilters();
  const query = useQuery(reviewsQuery(filters));
  const found = query.data?.items.find(({ reviewId }) => reviewId === filters.review);
  // once it is decided on it leaves the list, but stays open: what became of the decision stands there
  const [opened, setOpened] = useState<Review>();
  if (found && found !== opened) setOpened(found);
  const open = found ?? (opened?.reviewId === filters.review ? opened : undefined);
  const empty = <p>{filters.show === "hidden" ? words.emptyHidden : words.empty}</p>;
  return (
    <ListPage
      title={words.title}
      filters={<Tabs label={words.show} name="show" first={words.reported} others={words.shows} />}
      list={
        <Paged query={query} empty={empty}>
          {(rows) => <Reviews rows={rows} open={open?.reviewId} />}
        </Paged>
      }
      pane={
        open && {
          id: open.reviewId,
          title: open.title ?? words.untitled,
          filter: "review",
          content: <ReviewPane review={open} />,
        }
      }
    />
  );
}

function Reviews({ rows, open }: { rows: Review[]; open: string | undefined }) {
  const columns: Column<Review>[] = [
    {
      head: words.review,
      cell: ({ reviewId, title }) => (
        <FilterLink changes={{ review: reviewId }} aria-current={reviewId === open || undefined}>
          {title ?? words.untitled}
        </FilterLink>
      ),
    },
    { head: words.rating, figures: true, cell: ({ rating }) => rating },
    { head: words.reports, figures: true, cell: ({ reports }) => reports.length },
    { head: words.written, cell: ({ createdAt }) => <When at={createdAt} /> },
    {
      head: words.state,
      cell: (review) => (
        <>
          <Status tone={review.state === "visible" ? "done" : "plain"}>{words.states[review.state]}</Status>{" "}
          <IncompleteMark of={review} />
        </>
      ),
    },
  ];
  return <RowTable caption={words.caption} columns={columns} rows={rows} keyOf={({ reviewId }) => reviewId} />;
}
