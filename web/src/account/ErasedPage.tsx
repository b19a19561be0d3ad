import { Message } from "../app/Message";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { buttonClass } from "../parts/Button";
import { account } from "../strings/account";
import { errors } from "../strings/errors";

/** Says good-bye to who has erased their account. */
export function ErasedPage() {
  return (
    <>
      <title>{`${account.own.erased.title} · AIOutlet`}</title>
      <Message
        {...account.own.erased}
        action={
          <ShopLink to={places.home} className={buttonClass()}>
            {errors.home}
          </ShopLink>
        }
      />
    </>
  );
}
