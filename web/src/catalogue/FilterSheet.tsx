import { useState } from "react";
import type { Schema } from "../api/client";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { LazyDialog } from "../parts/LazyDialog";
import { catalogue } from "../strings/catalogue";
import { FilterPanel } from "./FilterPanel";
import css from "./FilterSheet.module.css";
import { countFilters, type Filters } from "./filters";

type Props = { filters: Filters; found: Schema["Products"] | undefined };

/** The filters on a small screen; the list behind follows at once. */
export function FilterSheet({ filters, found }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={css.opener}>
      <Button onClick={() => setOpen(true)} disabled={!found}>
        <Icon name="filter" />
        {catalogue.filtersWith(countFilters(filters))}
      </Button>
      {isOpen && found && (
        <LazyDialog
          open
          onClose={() => setOpen(false)}
          title={catalogue.filters}
          shape="sheet"
          footer={
            <Button look="primary" className={css.show} onClick={() => setOpen(false)}>
              {catalogue.show(found.total)}
            </Button>
          }
        >
          <FilterPanel filters={filters} found={found} />
        </LazyDialog>
      )}
    </div>
  );
}
