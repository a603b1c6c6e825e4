/** What the company talks about: customers by name, and its own affairs. Titles and file names are made of them. */
export interface Topic {
  /** As it stands in a title: "Halden", "Trade fair". */
  readonly name: string;
  /** As it stands in a sentence, after "about": "Halden", "the trade fair". */
  readonly spoken: string;
}

const customers = ['Halden', 'Corvane', 'Lumeris', 'Norfield', 'Pellwood', 'Vireo'];
const affairs: readonly (readonly [name: string, spoken: string])[] = [
  ['Website', 'the website'],
  ['Budget', 'the budget'],
  ['Onboarding', 'onboarding'],
  ['Pricing', 'pricing'],
  ['Trade fair', 'the trade fair'],
];

export const topics: readonly Topic[] = [
  ...customers.map((name) => ({ name, spoken: name })),
  ...affairs.map(([name, spoken]) => ({ name, spoken })),
];

/** The topic that a title begins with. */
export function topicOf(title: string): Topic | undefined {
  return topics.find(({ name }) => title.startsWith(`${name} `));
}

/** The words for a topic inside a sentence. */
export function spokenTopic(name: string): string {
  return topics.find((topic) => topic.name === name)?.spoken ?? name;
}

/** A title inside a sentence: "the budget review", but "the Halden kick-off". */
export function titleInside(title: string): string {
  const proper = customers.some((name) => title.startsWith(name));
  return proper ? title : title.charAt(0).toLowerCase() + title.slice(1);
}
