import { shell } from "../strings/shell";
import css from "./Footer.module.css";
import { places } from "./places";
import { ShopLink } from "./ShopLink";
import { chooseTheme, type Theme, useTheme } from "./theme";

const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** What the shop is, where else to go, and its colours. */
export function Footer() {
  return (
    <footer className={css.footer}>
      <div className={css.row}>
        <div>
          <p className={css.name}>{shell.name}</p>
          <p>{shell.about}</p>
        </div>
        <nav aria-label={shell.help} className={css.links}>
          <ShopLink to={places.products}>{shell.all}</ShopLink>
          <ShopLink to={places.orders}>{shell.orders}</ShopLink>
        </nav>
        <ThemeSwitch />
      </div>
    </footer>
  );
}

function ThemeSwitch() {
  const theme = useTheme();
  return (
    <fieldset className={css.themes}>
      <legend>{shell.theme}</legend>
      <div className={css.choices}>
        {THEMES.map((each) => (
          <label key={each} className={css.choice}>
            <input type="radio" name="theme" checked={theme === each} onChange={() => chooseTheme(each)} />
            <span>{shell.themes[each]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
