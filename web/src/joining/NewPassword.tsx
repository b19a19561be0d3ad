import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Problem } from "../api/problems";
import { Form, FormFoot } from "../app/Form";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { leaveSession } from "../app/session";
import { missing, useForm } from "../app/use-form";
import { Button, buttonClass } from "../parts/Button";
import { Notice } from "../parts/Notice";
import { PasswordField } from "../parts/PasswordField";
import { joining } from "../strings/joining";
import { completeReset } from "./requests";

const words = joining.reset;
const FIELDS = { password: { label: words.newPassword, id: "password" } };

/** Sets the new password with the token of the mail; every session ends, that of this browser too. */
export function NewPassword({ token }: { token: string }) {
  const client = useQueryClient();
  const [password, setPassword] = useState("");
  const form = useForm({
    check: () => missing({ password }, joining.problems.missing),
    send: () => completeReset({ token, password }),
    onDone: () => leaveSession(client),
    words: joining.problems,
  });
  if (form.isDone) return <Done />;
  const isSpent = form.error instanceof Problem && form.error.code === "token_not_valid";
  return (
    <Form {...form} fields={FIELDS} label={words.title}>
      <PasswordField
        {...FIELDS.password}
        kind="new"
        hint={joining.passwordHint}
        value={password}
        error={form.errors.password}
        onChange={({ target }) => setPassword(target.value)}
      />
      <FormFoot>
        <Button type="submit" look="primary" busy={form.busy}>
          {words.save}
        </Button>
        {isSpent && <ShopLink to={places.reset}>{words.ask}</ShopLink>}
      </FormFoot>
    </Form>
  );
}

function Done() {
  return (
    <>
      <Notice kind="done" title={words.done}>
        <p>{words.doneNext}</p>
      </Notice>
      <div>
        <ShopLink to={places.login} className={buttonClass("primary")}>
          {joining.logIn.button}
        </ShopLink>
      </div>
    </>
  );
}
