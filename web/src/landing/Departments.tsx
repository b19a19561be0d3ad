import { useQuery } from "@tanstack/react-query";
import { places } from "../app/places";
import { QueryState } from "../app/QueryState";
import { ShopLink } from "../app/ShopLink";
import { departmentsQuery } from "../catalogue/departments";
import { classes } from "../parts/classes";
import { Skeleton } from "../parts/Skeleton";
import { tintOf } from "../parts/tint";
import tints from "../parts/tints.module.css";
import { landing } from "../strings/landing";
import css from "./Departments.module.css";
import { Section } from "./Section";

const PLACES = 14;

/** The departments as tiles, each in its tint, the largest first. */
export function Departments() {
  const query = useQuery(departmentsQuery);
  return (
    <Section title={landing.departments}>
      <QueryState query={query} loading={<Loading />}>
        {(departments) => (
          <ul className={css.tiles}>
            {departments.toSorted((one, other) => other.total - one.total).map(Tile)}
            <li>
              <ShopLink to={places.products} className={classes(css.tile, css.all)}>
                <span className={css.name}>{landing.everything}</span>
                <span className={css.total}>
                  {landing.products(departments.reduce((sum, { total }) => sum + total, 0))}
                </span>
              </ShopLink>
            </li>
          </ul>
        )}
      </QueryState>
    </Section>
  );
}

function Tile({ department, total, picture }: { department: string; total: number; picture: string }) {
  return (
    <li key={department}>
      <ShopLink
        to={places.products}
        search={{ department }}
        className={classes(css.tile, tints[`tint${tintOf(department)}`])}
      >
        <span className={css.name}>{department}</span>
        <span className={css.total}>{landing.products(total)}</span>
        <img src={picture} alt="" width="48" height="48" className={css.icon} />
      </ShopLink>
    </li>
  );
}

function Loading() {
  return (
    <div className={css.tiles}>
      {Array.from({ length: PLACES }, (_, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: places are all alike
        <Skeleton key={place} className={css.place} />
      ))}
    </div>
  );
}
