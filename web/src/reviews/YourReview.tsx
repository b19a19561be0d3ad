import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { type Profile, useSession } from "../app/session";
import { Button, buttonClass } from "../parts/Button";
import { hasDraft } from "../parts/draft";
import { reviews as words } from "../strings/reviews";
import { OwnReviewCard } from "./OwnReviewCard";
import { ReviewForm, reviewDraftName } from "./ReviewForm";
import { ownReviewQuery } from "./requests";
import css from "./YourReview.module.css";

/** On a product's page: one's own review of it, or the way to write one. */
export function YourReview({ productId }: { productId: string }) {
  const person = useSession();
  if (person === undefined) return null;
  return person ? <OfPerson person={person} productId={productId} /> : <OfVisitor />;
}

function OfPerson({ person, productId }: { person: Profile; productId: string }) {
  const query = useQuery(ownReviewQuery(person.userId, productId));
  const [isOpen, setOpen] = useState(() => hasDraft(reviewDraftName(person.userId, productId)));
  if (query.data) {
    return (
      <div className={css.own}>
        <OwnReviewCard person={person} review={query.data} head={<h3>{words.yours}</h3>} />
      </div>
    );
  }
  if (query.isPending) return null;
  if (isOpen) {
    return (
      <section className={css.form} aria-label={words.write}>
        <h3>{words.write}</h3>
        <ReviewForm {...{ person, productId }} review={null} onClose={() => setOpen(false)} />
      </section>
    );
  }
  return (
    <div className={css.way}>
      <Button onClick={() => setOpen(true)}>{words.write}</Button>
      <p className={css.soft}>{words.why}</p>
    </div>
  );
}

function OfVisitor() {
  const back = location.pathname + location.search;
  return (
    <div className={css.way}>
      <ShopLink to={places.login} search={{ back }} className={buttonClass()}>
        {words.write}
      </ShopLink>
      <p className={css.soft}>{words.why}</p>
    </div>
  );
}
