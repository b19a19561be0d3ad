/** The numbers of pages to show: the first, the last, and those around the current one; null is a gap between them. */
export function pagesAround(page: number, last: number): (number | null)[] {
  const near = [1, page - 1, page, page + 1, last].filter((each) => each >= 1 && each <= last);
  const shown = [...new Set(near)].sort((one, other) => one - other);
  return shown.flatMap((each, index) => {
    const before = shown[index - 1] ?? each - 1;
    if (each - before === 2) return [each - 1, each];
    return each - before > 1 ? [null, each] : [each];
  });
}
