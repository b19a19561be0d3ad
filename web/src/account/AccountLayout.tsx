import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Outlet, useRouter } from "@tanstack/react-router";
import { LogInFirst } from "../app/LogInFirst";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { leaveSession, useSession } from "../app/session";
import { PageSkeleton } from "../app/skeletons";
import { logOut } from "../joining/requests";
import { Button } from "../parts/Button";
import { account } from "../strings/account";
import css from "./AccountLayout.module.css";
import { PersonContext } from "./person";

const SECTIONS = [
  [places.account, account.profile],
  [places.orders, account.orders],
  [places.addresses, account.addresses],
  [places.ownReviews, account.reviews],
  [places.sessions, account.sessions],
  [places.ownData, account.data],
] as const;

/** What is around every page of one's account. */
export function AccountLayout() {
  const person = useSession();
  if (person === undefined) return <PageSkeleton />;
  if (person === null) return <LogInFirst />;
  return (
    <PersonContext value={person}>
      <div className={css.account}>
        <nav aria-label={account.sections} className={css.sections}>
          <ul className={css.list}>
            {SECTIONS.map(([to, name]) => (
              <li key={to}>
                <ShopLink to={to} className={css.section} activeOptions={{ exact: true }}>
                  {name}
                </ShopLink>
              </li>
            ))}
          </ul>
          <LogOut />
        </nav>
        <div className={css.page}>
          <Outlet />
        </div>
      </div>
    </PersonContext>
  );
}

function LogOut() {
  const client = useQueryClient();
  const router = useRouter();
  const leaving = useMutation({
    mutationFn: logOut,
    onSuccess: () => {
      router.history.push(places.home);
      leaveSession(client);
    },
  });
  return (
    <Button look="plain" className={css.logOut} busy={leaving.isPending} onClick={() => leaving.mutate()}>
      {account.logOut}
    </Button>
  );
}
