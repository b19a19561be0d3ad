import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Schema } from "../api/client";
import { PartError } from "../app/errors";
import { leaveSession } from "../app/session";
import { Button } from "../parts/Button";
import { classes } from "../parts/classes";
import { When } from "../parts/When";
import { account } from "../strings/account";
import { AccountPage } from "./AccountPage";
import css from "./AccountPage.module.css";
import { deviceText } from "./device";
import { endOtherSessions, endSession, usePerson, usePersonChanged } from "./person";

const words = account.session;

/** Where one is logged in; each session can be ended. */
export function SessionsPage() {
  const { sessions } = usePerson();
  const changed = usePersonChanged();
  const ending = useMutation({ mutationFn: endOtherSessions, onSuccess: changed });
  const here = sessions.filter((each) => each.isCurrent);
  const others = sessions.filter((each) => !each.isCurrent);
  return (
    <AccountPage title={account.sessions} why={words.why}>
      {ending.isError && <PartError error={ending.error} />}
      {[...here, ...others].map((session) => (
        <SessionRow key={session.sessionId} session={session} />
      ))}
      {others.length > 0 ? (
        <div>
          <Button look="danger" busy={ending.isPending} onClick={() => ending.mutate()}>
            {words.endOthers}
          </Button>
        </div>
      ) : (
        <p className={css.soft}>{words.only}</p>
      )}
    </AccountPage>
  );
}

function SessionRow({ session }: { session: Schema["OpenSession"] }) {
  const client = useQueryClient();
  const changed = usePersonChanged();
  const ending = useMutation({
    mutationFn: () => endSession(session.sessionId),
    onSuccess: () => (session.isCurrent ? leaveSession(client) : changed()),
  });
  const name = deviceText(session.userAgent);
  return (
    <article className={css.part}>
      <div className={css.row}>
        <div>
          <p>
            <strong>{name}</strong>{" "}
            {session.isCurrent && <span className={classes(css.mark, css.done)}>{words.here}</span>}
          </p>
          <p className={css.soft}>
            {words.opened} <When at={session.openedAt} />
            {session.ip && ` · ${session.ip}`}
          </p>
        </div>
        <Button
          busy={ending.isPending}
          onClick={() => ending.mutate()}
          aria-label={session.isCurrent ? undefined : words.endOf(name)}
        >
          {session.isCurrent ? account.logOut : words.end}
        </Button>
      </div>
      {ending.isError && <PartError error={ending.error} />}
    </article>
  );
}
