import { Outlet } from "@tanstack/react-router";
import { PiecesInCart } from "../cart/pieces";
import { Hidden } from "../parts/Hidden";
import { Notice } from "../parts/Notice";
import { errors } from "../strings/errors";
import { shell } from "../strings/shell";
import { useAnnouncement } from "./announce";
import { DepartmentBar } from "./DepartmentBar";
import { Footer } from "./Footer";
import { Header } from "./Header";
import { useOnline } from "./online";
import { places } from "./places";
import css from "./Shell.module.css";
import { ShopLink } from "./ShopLink";
import { useSessionEnded } from "./session";

/** What is around every page. */
export function Shell() {
  return (
    <div className={css.shell}>
      <a href="#main" className={css.skip}>
        {shell.skip}
      </a>
      <Header />
      <DepartmentBar />
      <main id="main" tabIndex={-1} className={css.main}>
        <States />
        <PiecesInCart>
          <Outlet />
        </PiecesInCart>
      </main>
      <Footer />
      <Announcements />
    </div>
  );
}

function Announcements() {
  return (
    <div role="status">
      <Hidden>{useAnnouncement()}</Hidden>
    </div>
  );
}

/** What a person must know on whatever page: that there is no network, or no session any more. */
function States() {
  const isOnline = useOnline();
  const isEnded = useSessionEnded();
  if (isOnline && !isEnded) return null;
  return (
    <div className={css.states}>
      {!isOnline && <Notice kind="waiting" title={errors.offline} />}
      {isEnded && (
        <Notice
          kind="waiting"
          title={errors.ended}
          action={
            <ShopLink to={places.login} search={{ back: location.pathname + location.search }}>
              {errors.logIn}
            </ShopLink>
          }
        />
      )}
    </div>
  );
}
