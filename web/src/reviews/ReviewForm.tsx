import { useQueryClient } from "@tanstack/react-query";
import { useIdempotencyKey } from "../api/idempotency";
import { Form, FormFoot } from "../app/Form";
import type { Profile } from "../app/session";
import { useForm } from "../app/use-form";
import { Button } from "../parts/Button";
import { useDraft } from "../parts/draft";
import { SelectField, TextArea, TextField } from "../parts/Field";
import { reviews as words } from "../strings/reviews";
import { MAX_TEXT, reviewBody, reviewDraft, reviewFaults } from "./draft";
import { change, type OwnReview, publish, reviewsChanged } from "./requests";
import { StarsField } from "./StarsField";

type Props = {
  person: Profile;
  productId: string;
  /** The review to change; without one, a new one is written. */
  review: OwnReview | null;
  onClose: (isSent: boolean) => void;
};

const FIELDS = {
  rating: { label: words.rating, id: "review-rating" },
  title: { label: words.title, id: "review-title" },
  text: { label: words.text, id: "review-text" },
  shownAs: { label: words.shownAs, id: "review-shown-as" },
  displayName: { label: words.displayName, id: "review-display-name" },
};

/** The name of what is typed into the form and not sent. */
export function reviewDraftName(userId: string, productId: string): string {
  return `review of ${productId} by ${userId}`;
}

/** Writes or changes one's review; what is typed is kept until it is sent or given up. */
export function ReviewForm({ person, productId, review, onClose }: Props) {
  const client = useQueryClient();
  const keyOf = useIdempotencyKey();
  const name = reviewDraftName(person.userId, productId);
  const [draft, setDraft, forget] = useDraft(name, reviewDraft(review ?? undefined));
  const form = useForm({
    check: () => reviewFaults(draft),
    send: () => {
      const body = reviewBody(draft);
      return review ? change(productId, body) : publish({ ...body, productId }, keyOf(body));
    },
    onDone: async () => {
      forget();
      await reviewsChanged(client);
      onClose(true);
    },
    words: words.problems,
  });
  const cancel = () => {
    forget();
    onClose(false);
  };
  const typed = (field: "title" | "text" | "displayName") => ({
    ...FIELDS[field],
    value: draft[field],
    error: form.errors[field],
    onChange: ({ target }: { target: { value: string } }) => setDraft({ ...draft, [field]: target.value }),
  });
  const first = [person.firstName, person.lastName && `${person.lastName.charAt(0)}.`].filter(Boolean).join(" ");
  return (
    <Form {...form} fields={FIELDS} label={words.write}>
      <StarsField
        id={FIELDS.rating.id}
        value={draft.rating}
        error={form.errors.rating}
        onChange={(rating) => setDraft({ ...draft, rating })}
      />
      <TextField {...typed("title")} optional maxLength={120} autoComplete="off" />
      <TextArea {...typed("text")} rows={5} hint={words.textHint(MAX_TEXT - draft.text.length)} />
      <SelectField
        {...FIELDS.shownAs}
        value={draft.shownAs}
        error={form.errors.shownAs}
        onChange={({ target }) => setDraft({ ...draft, shownAs: target.value as typeof draft.shownAs })}
      >
        <option value="anonymous">{words.names.anonymous}</option>
        <option value="firstName">{words.names.firstName(first)}</option>
        <option value="displayName">{words.names.displayName}</option>
      </SelectField>
      {draft.shownAs === "displayName" && (
        <TextField {...typed("displayName")} maxLength={50} autoComplete="nickname" />
      )}
      <FormFoot>
        <Button type="submit" look="primary" busy={form.busy}>
          {review ? words.save : words.send}
        </Button>
        <Button onClick={cancel}>{words.cancel}</Button>
      </FormFoot>
    </Form>
  );
}
