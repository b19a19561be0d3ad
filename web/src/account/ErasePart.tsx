import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { Problem } from "../api/problems";
import { Form, FormFoot } from "../app/Form";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { leaveSession } from "../app/session";
import { missing, useForm } from "../app/use-form";
import { Button } from "../parts/Button";
import { LazyDialog } from "../parts/LazyDialog";
import { Notice } from "../parts/Notice";
import { PasswordField } from "../parts/PasswordField";
import { account } from "../strings/account";
import { joining } from "../strings/joining";
import { AccountPart } from "./AccountPage";
import css from "./AccountPage.module.css";
import { erase } from "./person";

const words = account.own;
const FIELDS = { password: { label: account.password.now, id: "password-to-erase" } };

/** What erasing removes and what it keeps; then, with the password, erases. */
export function ErasePart() {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <AccountPart title={words.erase} why={words.eraseWhy}>
      <div className={css.columns}>
        <Lines title={words.goes} lines={words.gone} />
        <Lines title={words.stays} lines={words.staying} />
      </div>
      <div>
        <Button look="danger" onClick={() => setOpen(true)}>
          {words.eraseButton}
        </Button>
      </div>
      {isOpen && (
        <LazyDialog open title={words.erase} onClose={close}>
          <EraseForm onCancel={close} />
        </LazyDialog>
      )}
    </AccountPart>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <div>
      <h3>{title}</h3>
      <ul className={css.bullets}>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}

function EraseForm({ onCancel }: { onCancel: () => void }) {
  const client = useQueryClient();
  const router = useRouter();
  const [password, setPassword] = useState("");
  const form = useForm({
    check: () => missing({ password }, joining.problems.missing),
    send: () => erase(password),
    onDone: () => {
      router.history.replace(places.erased);
      leaveSession(client);
    },
    words: joining.problems,
  });
  const order = orderInProgress(form.error);
  return (
    <Form {...form} error={order === null ? form.error : null} fields={FIELDS} label={words.erase}>
      <p>{words.eraseWhy}</p>
      {order !== null && (
        <Notice
          kind="failed"
          title={words.inProgress}
          action={<ShopLink to={`${places.orders}/${order}`}>{words.order}</ShopLink>}
        >
          <p>{words.inProgressNext}</p>
        </Notice>
      )}
      <PasswordField
        {...FIELDS.password}
        kind="current"
        value={password}
        error={form.errors.password}
        onChange={({ target }) => setPassword(target.value)}
      />
      <FormFoot>
        <Button type="submit" look="danger" busy={form.busy}>
          {words.confirm}
        </Button>
        <Button onClick={onCancel}>{account.cancel}</Button>
      </FormFoot>
    </Form>
  );
}

/** The order for which an account cannot be erased yet. */
function orderInProgress(error: Error | null): string | null {
  if (!(error instanceof Problem) || error.code !== "orders_in_progress") return null;
  const ids = error.extra.order_ids;
  return Array.isArray(ids) ? String(ids[0]) : null;
}
