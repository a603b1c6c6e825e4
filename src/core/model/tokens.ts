const CHARACTERS_PER_TOKEN = 4;

/** About how many tokens a text of so many characters has: a rule of thumb for English, said to be one wherever it is used. */
export function tokensOf(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}
