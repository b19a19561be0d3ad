import { account } from "../strings/account";
import { AccountPage } from "./AccountPage";
import { EmailPart } from "./EmailPart";
import { NamesPart } from "./NamesPart";
import { PasswordPart } from "./PasswordPart";

/** Name, mail address and password. */
export function ProfilePage() {
  return (
    <AccountPage title={account.profile}>
      <NamesPart />
      <EmailPart />
      <PasswordPart />
    </AccountPage>
  );
}
