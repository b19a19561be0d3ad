import type { Schema } from "../api/client";
import { Icon } from "../parts/Icon";
import { Stars } from "../parts/Stars";
import { When } from "../parts/When";
import { ReportReview } from "../reviews/ReportReview";
import { product as words } from "../strings/product";
import css from "./Review.module.css";

/** What one person says, who they want to be, and whether they bought it here. */
export function Review({ review }: { review: Schema["Review"] }) {
  return (
    <li className={css.review}>
      <p className={css.head}>
        <Stars average={review.rating} />
        <span>{review.reviewer ?? words.reviews.anonymous}</span>
        <span className={css.soft}>
          <When at={review.createdAt} />
          {review.editedAt && `, ${words.reviews.edited}`}
        </span>
        {review.verifiedPurchase && (
          <span className={css.bought}>
            <Icon name="check" size={16} />
            {words.reviews.boughtHere}
          </span>
        )}
      </p>
      {review.title && <h3>{review.title}</h3>}
      {review.text && <p className={css.text}>{review.text}</p>}
      <ReportReview review={review} />
    </li>
  );
}
