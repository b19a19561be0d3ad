import { Link, useLocation } from "@tanstack/react-router";
import { useCart } from "../cart/query";
import { consoleRoles } from "../console/roles";
import { classes } from "../parts/classes";
import { Hidden } from "../parts/Hidden";
import { Icon } from "../parts/Icon";
import { SearchBox } from "../search/SearchBox";
import { shell } from "../strings/shell";
import css from "./Header.module.css";
import { OfDemo } from "./OfDemo";
import { places } from "./places";
import { ShopLink } from "./ShopLink";
import { hasRole, useSession } from "./session";
import { useScrollingUp } from "./use-scrolling-up";

/** The name of the shop, the search, and the person's own things: they go with the page, and come back on the way up. */
export function Header() {
  const isLanding = useLocation({ select: ({ pathname }) => pathname === places.home });
  const isShown = useScrollingUp();
  return (
    <header className={classes(css.header, isShown && css.shown)}>
      <div className={css.row}>
        <Link to="/" className={css.name}>
          <Mark />
          <span>{shell.name}</span>
        </Link>
        <div className={css.search}>{isLanding ? null : <SearchBox />}</div>
        <div className={css.own}>
          <OfDemo />
          <nav className={css.links} aria-label={shell.account}>
            <ConsoleLink />
            <AccountLink />
            <CartLink />
          </nav>
        </div>
      </div>
    </header>
  );
}

function CartLink() {
  const pieces = useCart().data?.pieces ?? 0;
  return (
    <ShopLink to={places.cart} className={css.link}>
      <Icon name="cart" size={24} />
      <span className={css.word}>{shell.cart}</span> {pieces > 0 && <span className={css.count}>{pieces}</span>}
      <Hidden>{shell.pieces(pieces)}</Hidden>
    </ShopLink>
  );
}

function AccountLink() {
  const person = useSession();
  if (!person) {
    return (
      <ShopLink to={places.login} className={css.link} aria-label={shell.logIn}>
        <Icon name="person" size={24} />
        <span className={css.word}>{shell.logIn}</span>
      </ShopLink>
    );
  }
  const name = person.firstName ?? shell.account;
  return (
    <ShopLink to={places.account} className={css.link} aria-label={shell.accountOf(name)}>
      <Icon name="person" size={24} />
      <span className={css.word}>{name}</span>
    </ShopLink>
  );
}

function ConsoleLink() {
  const person = useSession();
  if (!hasRole(person, ...consoleRoles)) return null;
  return (
    <ShopLink to={places.console} className={css.link} aria-label={shell.console}>
      <Icon name="filter" size={24} />
      <span className={css.word}>{shell.console}</span>
    </ShopLink>
  );
}

function Mark() {
  return (
    <svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true" className={css.mark}>
      <rect width="32" height="32" rx="7" />
      <path d="M8 13h16l-1.3 10.200a2 2 0 0 1-2 1.800h-9.400a2 2 0 0 1-2-1.800zM12 13v-2a4 4 0 0 1 8 0v2" />
    </svg>
  );
}
