import { Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { Forbidden } from "../app/errors";
import { Message } from "../app/Message";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { useSession } from "../app/session";
import { PageSkeleton } from "../app/skeletons";
import { buttonClass } from "../parts/Button";
import { shell } from "../strings/console/shell";
import css from "./ConsoleShell.module.css";
import { type ConsolePage, mayOpen, pagesFor } from "./pages";

/** What is around every page of the console: its navigation, and who may be here at all. */
export function ConsoleShell() {
  const person = useSession();
  const path = useLocation({ select: ({ pathname }) => pathname });
  if (person === undefined) return <PageSkeleton />;
  if (person === null) return <LogInFirst />;
  const pages = pagesFor(person.roles);
  if (pages.length === 0) return <Forbidden />;
  const [first] = pages;
  if (first && path.replace(/\/$/, "") === places.console) return <Navigate to={first.path} replace />;
  return (
    <div className={css.console}>
      <Navigation pages={pages} path={path} />
      <div className={css.page}>{mayOpen(path, person.roles) ? <Outlet /> : <Forbidden />}</div>
    </div>
  );
}

function Navigation({ pages, path }: { pages: readonly ConsolePage[]; path: string }) {
  return (
    <nav aria-label={shell.navigation} className={css.navigation}>
      <ul>
        {pages.map((page) => (
          <li key={page.path}>
            <ShopLink to={page.path} aria-current={page.path === path ? "page" : undefined}>
              {page.name}
            </ShopLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function LogInFirst() {
  const back = useLocation({ select: ({ href }) => href });
  const link = (
    <ShopLink to={places.login} search={{ back }} className={buttonClass("primary")}>
      {shell.logIn}
    </ShopLink>
  );
  return <Message title={shell.logInFirst} text={shell.logInWhy} action={link} />;
}
