import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Schema } from "../api/client";
import { PartError } from "../app/errors";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { useSession } from "../app/session";
import { Button, buttonClass } from "../parts/Button";
import { LazyDialog } from "../parts/LazyDialog";
import { Notice } from "../parts/Notice";
import { reviews } from "../strings/reviews";
import css from "./ReportReview.module.css";
import { ownReviewQuery, type ReportReason, report } from "./requests";

const words = reviews.report;
const REASONS = Object.entries(words.reasons) as [ReportReason, string][];

/** Below somebody's review: tells the shop that something is wrong with it. */
export function ReportReview({ review }: { review: Schema["Review"] }) {
  const person = useSession();
  const [isOpen, setOpen] = useState(false);
  // one's own says whose it is only by its id: it may be without a name
  const own = useQuery({ ...ownReviewQuery(person?.userId ?? "", review.productId), enabled: Boolean(person) }).data;
  if (person && own?.reviewId === review.reviewId) return null;
  const close = () => setOpen(false);
  return (
    <>
      <Button
        look="plain"
        className={css.open}
        onClick={() => setOpen(true)}
        aria-label={words.openOf(review.reviewer ?? reviews.names.anonymous)}
      >
        {words.open}
      </Button>
      {isOpen && (
        <LazyDialog open title={words.title} onClose={close}>
          {person ? <ReportForm review={review} /> : <LogInToReport />}
        </LazyDialog>
      )}
    </>
  );
}

function ReportForm({ review }: { review: Schema["Review"] }) {
  const [reason, setReason] = useState<ReportReason | null>(null);
  const sending = useMutation({ mutationFn: (said: ReportReason) => report(review, said) });
  if (sending.isSuccess) return <Notice kind="done" title={words.done} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason && !sending.isPending) sending.mutate(reason);
  };
  return (
    <form className={css.form} onSubmit={submit}>
      {sending.isError && <PartError error={sending.error} />}
      <fieldset>
        <legend className={css.legend}>{words.title}</legend>
        {REASONS.map(([code, label]) => (
          <label key={code} className={css.reason}>
            <input type="radio" name="reason" checked={reason === code} onChange={() => setReason(code)} />
            {label}
          </label>
        ))}
      </fieldset>
      <div>
        <Button type="submit" look="primary" disabled={reason === null} busy={sending.isPending}>
          {words.send}
        </Button>
      </div>
    </form>
  );
}

function LogInToReport() {
  const back = location.pathname + location.search;
  return (
    <ShopLink to={places.login} search={{ back }} className={buttonClass("primary")}>
      {words.logIn}
    </ShopLink>
  );
}
