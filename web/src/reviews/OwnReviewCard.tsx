import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { PartError } from "../app/errors";
import type { Profile } from "../app/session";
import { Button } from "../parts/Button";
import { hasDraft } from "../parts/draft";
import { Notice } from "../parts/Notice";
import { Stars } from "../parts/Stars";
import { When } from "../parts/When";
import { reviews as words } from "../strings/reviews";
import css from "./OwnReviewCard.module.css";
import { ReviewForm, reviewDraftName } from "./ReviewForm";
import { type OwnReview, reviewsChanged, withdraw } from "./requests";

type Props = {
  person: Profile;
  review: OwnReview;
  /** What it is of, or that it is one's own. */
  head: ReactNode;
};

/** One's own review: as others see it, to change and to take back. */
export function OwnReviewCard({ person, review, head }: Props) {
  const [isOpen, setOpen] = useState(() => hasDraft(reviewDraftName(person.userId, review.productId)));
  return (
    <article className={css.card}>
      {head}
      {isOpen ? (
        <ReviewForm {...{ person, review }} productId={review.productId} onClose={() => setOpen(false)} />
      ) : (
        <Written review={review} onEdit={() => setOpen(true)} />
      )}
    </article>
  );
}

function Written({ review, onEdit }: { review: OwnReview; onEdit: () => void }) {
  const client = useQueryClient();
  const leaving = useMutation({
    mutationFn: () => withdraw(review.productId),
    onSuccess: () => reviewsChanged(client),
  });
  return (
    <>
      <p className={css.line}>
        <Stars average={review.rating} />
        <span>{review.reviewer ?? words.names.anonymous}</span>
        <When at={review.createdAt} />
        {review.editedAt && <span>{words.edited}</span>}
      </p>
      {review.state === "hidden" && <Notice kind="waiting" title={words.hidden(review.decision?.reason ?? "")} />}
      {review.title && <p className={css.title}>{review.title}</p>}
      <p className={css.text}>{review.text}</p>
      {leaving.isError && <PartError error={leaving.error} />}
      <div className={css.buttons}>
        <Button onClick={onEdit}>{words.edit}</Button>
        <Button look="danger" busy={leaving.isPending} onClick={() => leaving.mutate()}>
          {words.withdraw}
        </Button>
      </div>
    </>
  );
}
