import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Form, FormFoot } from "../app/Form";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { useSession } from "../app/session";
import { missing, useForm } from "../app/use-form";
import { Button } from "../parts/Button";
import { useDraft } from "../parts/draft";
import { TextField } from "../parts/Field";
import { PasswordField } from "../parts/PasswordField";
import { joining } from "../strings/joining";
import { EMAIL_DRAFT } from "./drafts";
import { JoiningPage } from "./JoiningPage";
import { enter, logIn } from "./requests";
import { useBack } from "./use-back";

const FIELDS = {
  email: { label: joining.email, id: "email" },
  password: { label: joining.password, id: "password" },
};

/** Logs in, and goes back to where the person was. */
export function LogInPage() {
  const client = useQueryClient();
  const person = useSession();
  const back = useBack();
  const [email, setEmail, forgetEmail] = useDraft(EMAIL_DRAFT, "");
  const [password, setPassword] = useState("");
  const form = useForm({
    check: () => missing({ email, password }, joining.problems.missing),
    send: () => logIn({ email: email.trim(), password }),
    onDone: async (signedIn) => {
      await enter(client, signedIn);
      forgetEmail();
    },
    words: joining.problems,
  });
  useEffect(() => {
    if (person) back.goBack();
  }, [person, back.goBack]);
  return (
    <JoiningPage title={joining.logIn.title} why={joining.logIn.why} below={<Below />}>
      <Form {...form} fields={FIELDS} label={joining.logIn.title}>
        <TextField
          {...FIELDS.email}
          type="email"
          autoComplete="username"
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
            {joining.logIn.button}
          </Button>
        </FormFoot>
      </Form>
    </JoiningPage>
  );
}

function Below() {
  const { search } = useBack();
  return (
    <>
      <ShopLink to={places.register} search={search}>
        {joining.logIn.join}
      </ShopLink>
      <ShopLink to={places.reset}>{joining.logIn.forgotten}</ShopLink>
    </>
  );
}
