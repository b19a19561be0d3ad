import { useQuery } from "@tanstack/react-query";
import { Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { developmentQuery } from "../app/development";
import { Forbidden } from "../app/errors";
import { LogInFirst } from "../app/LogInFirst";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { useSession } from "../app/session";
import { PageSkeleton } from "../app/skeletons";
import { shell } from "../strings/console/shell";
import css from "./ConsoleShell.module.css";
import { type ConsolePage, mayOpen, pagesFor } from "./pages";

/** What is around every page of the console: its navigation, and who may be here at all. */
export function ConsoleShell() {
  const person = useSession();
  const path = useLocation({ select: ({ pathname }) => pathname });
  if (person === undefined) return <PageSkeleton />;
  if (person === null) return <LogInFirst title={shell.logInFirst} text={shell.logInWhy} button={shell.logIn} />;
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
  const hasMailbox = useQuery(developmentQuery).data?.mailbox ?? false;
  const nav = useRef<HTMLElement>(null);
  // on a small screen the pages are one line that scrolls
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is current changes with them
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [path, hasMailbox]);
  return (
    <nav ref={nav} aria-label={shell.navigation} className={css.navigation}>
      <ul>
        {pages
          .filter(({ needsMailbox, isOfOne }) => (hasMailbox || !needsMailbox) && !isOfOne)
          .map((page) => (
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
