/** Something that the search suggests; `id` is that of its element. */
export type Suggestion = { id: string; go: () => void };
