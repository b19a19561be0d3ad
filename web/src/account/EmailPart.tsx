import { useState } from "react";
import { Form, FormFoot } from "../app/Form";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { missing, useForm } from "../app/use-form";
import { MailboxLink } from "../joining/MailboxLink";
import { Button } from "../parts/Button";
import { classes } from "../parts/classes";
import { TextField } from "../parts/Field";
import { Notice } from "../parts/Notice";
import { PasswordField } from "../parts/PasswordField";
import { account } from "../strings/account";
import { joining } from "../strings/joining";
import { AccountPart } from "./AccountPage";
import css from "./AccountPage.module.css";
import { changeEmail, usePerson } from "./person";

const words = account.email;
const FIELDS = {
  email: { label: words.next, id: "new-email" },
  password: { label: account.password.now, id: "password-for-email" },
};

export function EmailPart() {
  const person = usePerson();
  const [isOpen, setOpen] = useState(false);
  const [sentTo, setSentTo] = useState("");
  return (
    <AccountPart title={words.title}>
      <div className={css.row}>
        <p>
          {person.email}{" "}
          <span className={classes(css.mark, person.emailVerified ? css.done : css.waiting)}>
            {person.emailVerified ? words.verified : words.unverified}
          </span>
        </p>
        {!isOpen && <Button onClick={() => setOpen(true)}>{words.change}</Button>}
      </div>
      {!person.emailVerified && <ShopLink to={places.verify}>{words.verify}</ShopLink>}
      {sentTo && (
        <Notice kind="waiting" title={words.sent(sentTo)}>
          <MailboxLink />
        </Notice>
      )}
      {isOpen && (
        <EmailForm
          onClose={(address) => {
            setOpen(false);
            if (address) setSentTo(address);
          }}
        />
      )}
    </AccountPart>
  );
}

function EmailForm({ onClose }: { onClose: (sentTo?: string) => void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const form = useForm({
    check: () => missing({ email, password }, joining.problems.missing),
    send: () => changeEmail({ email: email.trim(), password }),
    onDone: () => onClose(email.trim()),
    words: joining.problems,
  });
  return (
    <Form {...form} fields={FIELDS} label={words.change}>
      <p className={css.soft}>{words.why}</p>
      <TextField
        {...FIELDS.email}
        type="email"
        autoComplete="email"
        maxLength={320}
        value={email}
        error={form.errors.email}
        onChange={({ target }) => setEmail(target.value)}
      />
      <PasswordField
        {...FIELDS.password}
        kind="current"
        value={password}
        error={form.errors.password}
        onChange={({ target }) => setPassword(target.value)}
      />
      <FormFoot>
        <Button type="submit" look="primary" busy={form.busy}>
          {words.send}
        </Button>
        <Button onClick={() => onClose()}>{account.cancel}</Button>
      </FormFoot>
    </Form>
  );
}
