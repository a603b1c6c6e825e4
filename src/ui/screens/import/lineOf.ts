/** Something that was brought, on one line. */
export interface LineOf<Standing extends string> {
  readonly key: string;
  /** Its id in the file it came in. */
  readonly id: string;
  readonly standing: Standing;
  /** Where the line leads; null where it only opens. */
  readonly href: string | null;
}
