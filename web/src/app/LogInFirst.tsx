import { buttonClass } from "../parts/Button";
import { account } from "../strings/account";
import { errors } from "../strings/errors";
import { Message } from "./Message";
import { places } from "./places";
import { ShopLink } from "./ShopLink";

/** In the place of what belongs to an account, for a visitor: the way to log in and back here. */
export function LogInFirst() {
  const back = location.pathname + location.search;
  const action = (
    <ShopLink to={places.login} search={{ back }} className={buttonClass("primary")}>
      {errors.logIn}
    </ShopLink>
  );
  return <Message {...account.logInFirst} action={action} />;
}
