import { useMutation } from "@tanstack/react-query";
import { PartError } from "../app/errors";
import { Button } from "../parts/Button";
import { Notice } from "../parts/Notice";
import { account } from "../strings/account";
import { AccountPage, AccountPart } from "./AccountPage";
import { ErasePart } from "./ErasePart";
import { saveFile } from "./file";
import { exportAll } from "./person";

const words = account.own;

/** What is held on the person: to take along, and to erase. */
export function OwnDataPage() {
  return (
    <AccountPage title={account.data}>
      <ExportPart />
      <ErasePart />
    </AccountPage>
  );
}

function ExportPart() {
  const asking = useMutation({ mutationFn: exportAll, onSuccess: (file) => saveFile(file, words.file) });
  return (
    <AccountPart title={words.export} why={words.exportWhy}>
      {asking.isError && <PartError error={asking.error} />}
      {asking.isSuccess && <Notice kind="done" title={words.downloaded} />}
      <div>
        <Button busy={asking.isPending} onClick={() => asking.mutate()}>
          {words.download}
        </Button>
      </div>
    </AccountPart>
  );
}
