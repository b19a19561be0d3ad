import { Form, FormFoot } from "../app/Form";
import { missing, useForm } from "../app/use-form";
import { Button } from "../parts/Button";
import { useDraft } from "../parts/draft";
import { TextField } from "../parts/Field";
import { Notice } from "../parts/Notice";
import { joining } from "../strings/joining";
import { EMAIL_DRAFT } from "./drafts";
import { MailboxLink } from "./MailboxLink";
import { requestReset } from "./requests";

const words = joining.reset;
const FIELDS = { email: { label: joining.email, id: "email" } };

/** Asks for the mail; whether there is such an account, nobody is told. */
export function RequestReset() {
  const [email, setEmail] = useDraft(EMAIL_DRAFT, "");
  const form = useForm({
    check: () => missing({ email }, joining.problems.missing),
    send: () => requestReset(email.trim()),
    words: joining.problems,
  });
  if (form.isDone) {
    return (
      <>
        <Notice kind="done" title={words.sent(email.trim())}>
          <p>{words.sentNext}</p>
          <MailboxLink />
        </Notice>
        <div>
          <Button onClick={form.reset}>{words.other}</Button>
        </div>
      </>
    );
  }
  return (
    <Form {...form} fields={FIELDS} label={words.title}>
      <TextField
        {...FIELDS.email}
        type="email"
        autoComplete="username"
        maxLength={320}
        value={email}
        error={form.errors.email}
        onChange={({ target }) => setEmail(target.value)}
      />
      <FormFoot>
        <Button type="submit" look="primary" busy={form.busy}>
          {words.send}
        </Button>
      </FormFoot>
    </Form>
  );
}
