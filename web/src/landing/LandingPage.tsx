import { SearchBox } from "../search/SearchBox";
import { landing } from "../strings/landing";
import { BoughtTogether } from "./BoughtTogether";
import { Departments } from "./Departments";
import css from "./LandingPage.module.css";
import { LastOrder } from "./LastOrder";
import { Mosaic } from "./Mosaic";
import { Trending } from "./Trending";

export function LandingPage() {
  return (
    <>
      <title>{landing.title}</title>
      <section className={css.hero}>
        <div className={css.ask}>
          <h1>{landing.heading}</h1>
          <p className={css.sentence}>{landing.sentence}</p>
          <SearchBox large />
        </div>
        <Mosaic />
      </section>
      <LastOrder />
      <Departments />
      <Trending />
      <BoughtTogether />
    </>
  );
}
