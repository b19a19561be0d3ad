import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { Problem } from "../api/problems";
import { PartError } from "../app/errors";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { type Profile, useSession } from "../app/session";
import { buttonClass } from "../parts/Button";
import { Notice } from "../parts/Notice";
import { Skeleton } from "../parts/Skeleton";
import { joining } from "../strings/joining";
import { JoiningPage } from "./JoiningPage";
import { MailboxLink } from "./MailboxLink";
import { Resend } from "./Resend";
import { verificationQuery } from "./requests";
import { useBack } from "./use-back";

const words = joining.verify;

/** Where a mail's link leads, and before it: that there is a mail to open. */
export function VerifyPage() {
  const { token } = useSearch({ strict: false }) as { token?: string };
  return <JoiningPage title={words.title}>{token ? <Proof token={token} /> : <Where />}</JoiningPage>;
}

function Proof({ token }: { token: string }) {
  const query = useQuery(verificationQuery(token, useQueryClient()));
  const person = useSession();
  if (query.isPending) return <p role="status">{words.checking}</p>;
  if (query.data) return <Verified />;
  if (person?.emailVerified) return <Where />;
  if (!(query.error instanceof Problem)) {
    return <PartError error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (query.error.code === "email_taken") {
    return (
      <Notice kind="failed" title={words.taken}>
        <p>{words.takenNext}</p>
      </Notice>
    );
  }
  if (query.error.code !== "token_not_valid") return <PartError error={query.error} />;
  return (
    <>
      <Notice kind="failed" title={words.failed}>
        <p>{person ? words.failedLoggedIn : words.failedNext}</p>
      </Notice>
      {person ? <Resend /> : <LogIn />}
    </>
  );
}

function Verified() {
  const person = useSession();
  return (
    <>
      <Notice kind="done" title={words.done}>
        <p>{words.doneNext}</p>
      </Notice>
      {person === null ? <LogIn /> : <GoOn />}
    </>
  );
}

/** Where the person's address stands. */
function Where() {
  const person = useSession();
  if (person === undefined) return <Skeleton shape="block" />;
  if (person === null) {
    return (
      <>
        <p>{words.anonymous}</p>
        <LogIn />
      </>
    );
  }
  return person.emailVerified ? <NothingLeft person={person} /> : <MailSent person={person} />;
}

function NothingLeft({ person }: { person: Profile }) {
  return (
    <>
      <Notice kind="done" title={words.isVerified(person.email ?? "")} />
      <GoOn />
    </>
  );
}

function MailSent({ person }: { person: Profile }) {
  return (
    <>
      <Notice kind="waiting" title={words.sent(person.email ?? "")}>
        <MailboxLink />
      </Notice>
      <Resend />
      <GoOn />
    </>
  );
}

function GoOn() {
  const back = useBack();
  return (
    <div>
      <ShopLink to={back.to} className={buttonClass("secondary")}>
        {back.isKnown ? words.back : words.shop}
      </ShopLink>
    </div>
  );
}

function LogIn() {
  return (
    <div>
      <ShopLink to={places.login} className={buttonClass("primary")}>
        {joining.logIn.button}
      </ShopLink>
    </div>
  );
}
