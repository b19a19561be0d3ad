import { useSearch } from "@tanstack/react-router";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { joining } from "../strings/joining";
import { JoiningPage } from "./JoiningPage";
import { NewPassword } from "./NewPassword";
import { RequestReset } from "./RequestReset";

/** Asks for a mail with which to set another password; its link leads here too, and sets it. */
export function ResetPage() {
  const { token } = useSearch({ strict: false }) as { token?: string };
  const below = <ShopLink to={places.login}>{joining.logIn.title}</ShopLink>;
  if (token) {
    return (
      <JoiningPage title={joining.reset.title} below={below}>
        <NewPassword token={token} />
      </JoiningPage>
    );
  }
  return (
    <JoiningPage title={joining.reset.title} why={joining.reset.why} below={below}>
      <RequestReset />
    </JoiningPage>
  );
}
