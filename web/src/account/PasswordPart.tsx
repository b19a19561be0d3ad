import { useState } from "react";
import { Form, FormFoot } from "../app/Form";
import { missing, useForm } from "../app/use-form";
import { Button } from "../parts/Button";
import { Notice } from "../parts/Notice";
import { PasswordField } from "../parts/PasswordField";
import { account } from "../strings/account";
import { joining } from "../strings/joining";
import { AccountPart } from "./AccountPage";
import css from "./AccountPage.module.css";
import { changePassword, usePersonChanged } from "./person";

const words = account.password;
const FIELDS = {
  currentPassword: { label: words.current, id: "current-password" },
  newPassword: { label: words.next, id: "new-password" },
};
const EMPTY = { currentPassword: "", newPassword: "" };

export function PasswordPart() {
  const [isOpen, setOpen] = useState(false);
  const [isDone, setDone] = useState(false);
  const close = (done: boolean) => {
    setOpen(false);
    setDone(done);
  };
  return (
    <AccountPart title={words.title}>
      {isDone && <Notice kind="done" title={words.done} />}
      {isOpen ? (
        <PasswordForm onClose={close} />
      ) : (
        <div className={css.row}>
          <p className={css.soft}>{words.why}</p>
          <Button onClick={() => setOpen(true)}>{words.change}</Button>
        </div>
      )}
    </AccountPart>
  );
}

function PasswordForm({ onClose }: { onClose: (done: boolean) => void }) {
  const changed = usePersonChanged();
  const [typed, setTyped] = useState(EMPTY);
  const form = useForm({
    check: () => missing(typed, joining.problems.missing),
    send: () => changePassword(typed),
    onDone: async () => {
      onClose(true);
      await changed();
    },
    words: joining.problems,
  });
  const field = (name: keyof typeof typed) => ({
    ...FIELDS[name],
    value: typed[name],
    error: form.errors[name],
    onChange: ({ target }: { target: { value: string } }) => setTyped({ ...typed, [name]: target.value }),
  });
  return (
    <Form {...form} fields={FIELDS} label={words.change}>
      <PasswordField {...field("currentPassword")} kind="current" />
      <PasswordField {...field("newPassword")} kind="new" hint={joining.passwordHint} />
      <FormFoot>
        <Button type="submit" look="primary" busy={form.busy}>
          {account.save}
        </Button>
        <Button onClick={() => onClose(false)}>{account.cancel}</Button>
      </FormFoot>
    </Form>
  );
}
