import { useQuery } from "@tanstack/react-query";
import type { Schema } from "../../api/client";
import { QueryState } from "../../app/QueryState";
import { classes } from "../../parts/classes";
import { Hidden } from "../../parts/Hidden";
import { Skeleton } from "../../parts/Skeleton";
import { events as words } from "../../strings/console/events";
import { ConsoleLink } from "../parts/ConsoleLink";
import { FilterLink } from "../parts/FilterLink";
import { Part } from "../parts/Part";
import css from "./Chain.module.css";
import { type Dot, type Link, layOut, lineOf, type Picture } from "./chain";
import { Moment } from "./Moment";
import { chainQuery } from "./queries";

/** Rem of a row and of a column; the rows beside the picture have the same height. */
const ROW = 2.75;
const COLUMN = 1;

/** What caused an event and what it led to: a picture, and beside each of its dots the event in words. */
export function Chain({ position }: { position: number }) {
  return (
    <Part title={words.chain}>
      <QueryState query={useQuery(chainQuery(position))} loading={<Skeleton shape="block" />}>
        {(chain) => <Drawn chain={chain} />}
      </QueryState>
    </Part>
  );
}

function Drawn({ chain }: { chain: Schema["EventChain"] }) {
  return (
    <>
      <p className={css.soft}>{words.chainWhy}</p>
      <ChainPicture links={chain.items} origin={chain.origin} />
      <p className={css.soft}>
        {words.chainBounds(chain.first, chain.last)} {chain.leftOut && words.chainLeftOut}
      </p>
    </>
  );
}

type PictureProps = {
  links: readonly Link[];
  origin: Schema["EventChain"]["origin"];
  /** The page that shows events; without it, this one. */
  to?: string;
};

/** Events with lines from each cause to what it led to, below what caused the first of them. */
export function ChainPicture({ links, origin, to }: PictureProps) {
  return (
    <div className={css.chain}>
      <Lines of={layOut(links)} isKnown={origin === "request"} />
      <ol className={css.events}>
        <li className={css.soft}>{origin === "request" ? words.byRequest : words.byUnknown}</li>
        {links.map((link) => (
          <Linked key={link.position} link={link} to={to} />
        ))}
      </ol>
    </div>
  );
}

function Linked({ link, to }: { link: Link; to: string | undefined }) {
  const isItself = link.relation === "itself";
  const event = { event: String(link.position) };
  return (
    <li className={classes(isItself && css.itself)}>
      {to ? (
        <ConsoleLink to={to} filters={event}>
          {link.type}
        </ConsoleLink>
      ) : (
        <FilterLink changes={event} aria-current={isItself || undefined}>
          {link.type}
        </FilterLink>
      )}
      <span className={css.soft}>
        {words.at(link.position)} · <Moment at={link.recordedAt} />
        <Hidden>
          {link.cause !== null && words.causedBy(link.cause)}
          {isItself && words.thisEvent}
        </Hidden>
      </span>
    </li>
  );
}

/** The picture itself; all that it says stands beside it in words. */
function Lines({ of: { dots, columns }, isKnown }: { of: Picture; isKnown: boolean }) {
  return (
    <svg
      className={css.picture}
      width={`${columns * COLUMN}rem`}
      height={`${dots.length * ROW}rem`}
      viewBox={`0 0 ${columns} ${dots.length}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <g transform="translate(0.5 0.5)">
        {dots.map((dot) => {
          const cause = dot.cause === null ? undefined : dots[dot.cause];
          return cause && <path key={dot.row} d={lineOf(cause, dot)} className={css.line} />;
        })}
        {dots.map((dot) => (
          <ellipse
            key={dot.row}
            cx={dot.column}
            cy={dot.row}
            rx={0.3 / COLUMN}
            ry={0.3 / ROW}
            className={classes(css.dot, css[lookOf(dot, isKnown)])}
          />
        ))}
      </g>
    </svg>
  );
}

function lookOf({ link }: Dot, isKnown: boolean): "origin" | "unknown" | Link["relation"] {
  return link?.relation ?? (isKnown ? "origin" : "unknown");
}
