import type { FormEvent } from "react";
import { api, read, type Schema } from "../../api/client";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { When } from "../../parts/When";
import { reviews as words } from "../../strings/console/reviews";
import { Outcome, useAction } from "../parts/action";
import { ConsoleLink } from "../parts/ConsoleLink";
import { Facts } from "../parts/Facts";
import { IncompleteNotice } from "../parts/Incomplete";
import { Part } from "../parts/Part";
import { REVIEWS } from "./queries";
import css from "./ReviewPane.module.css";

type Review = Schema["ModeratedReview"];

/** A review with what was reported of it, and the decision whether it is shown. */
export function ReviewPane({ review }: { review: Review }) {
  return (
    <>
      <IncompleteNotice of={review} />
      <blockquote className={css.text}>{review.text ?? words.erased}</blockquote>
      <Facts
        of={{
          [words.rating]: words.stars(review.rating),
          [words.state]: words.states[review.state],
          [words.bought]: review.verifiedPurchase ? words.yes : words.no,
          [words.product]: (
            <ConsoleLink to="/console/products" filters={{ product: review.productId }}>
              {review.productId}
            </ConsoleLink>
          ),
          [words.order]: (
            <ConsoleLink to="/console/orders" filters={{ order: review.orderId }}>
              <code>{review.orderId}</code>
            </ConsoleLink>
          ),
          [words.decided]: review.moderation?.reason,
        }}
      />
      <Part title={words.saidOfIt}>
        {review.reports.length === 0 ? <p>{words.nothing}</p> : <Reports of={review.reports} />}
      </Part>
      {review.userId && <Decision productId={review.productId} userId={review.userId} />}
    </>
  );
}

function Reports({ of }: { of: Review["reports"] }) {
  return (
    <ul className={css.reports}>
      {of.map(({ by, reason, at }) => (
        <li key={`${by} ${at}`}>
          {reason}, <When at={at} />
        </li>
      ))}
    </ul>
  );
}

function Decision({ productId, userId }: { productId: string; userId: string }) {
  const draft = `console review ${productId} ${userId}`;
  const action = useAction<Schema["ModerationOfReview"]>({
    run: (body) => {
      const params = { path: { product_id: productId, user_id: userId } };
      return read(api.POST("/bff/admin/reviews/{product_id}/{user_id}/moderation", { params, body }));
    },
    changes: [REVIEWS],
    draft,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason"));
    const pressed = (event.nativeEvent as SubmitEvent).submitter;
    action.mutate({ visible: pressed?.getAttribute("value") === "show", reason });
  };
  return (
    <Part title={words.decide}>
      <Part.Form draft={draft} onSubmit={submit}>
        <TextField label={words.reason} name="reason" hint={words.reasonHint} maxLength={200} />
        <div className={css.buttons}>
          <Button type="submit" look="danger" value="hide" busy={action.isPending}>
            {words.hide}
          </Button>
          <Button type="submit" value="show" busy={action.isPending}>
            {words.keep}
          </Button>
        </div>
      </Part.Form>
      <Outcome of={action} done={words.done} />
    </Part>
  );
}
