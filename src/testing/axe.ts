import axe from 'axe-core';

/** The rules we hold ourselves to: WCAG 2.2 AA and axe's own best practices. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// A component alone is no page: it has no landmarks and no first heading.
const PAGE_RULES = ['region', 'page-has-heading-one', 'landmark-one-main', 'heading-order'];

/** What axe finds in an element, in both themes, one line per finding. */
export async function accessibilityProblems(element: Element): Promise<readonly string[]> {
  const found: string[] = [];
  // In the middle of a transition no colour is the real one.
  const still = document.createElement('style');
  still.textContent = '*, ::before, ::after { transition: none !important; animation: none !important; }';
  document.head.append(still);
  for (const theme of ['light', 'dark']) {
    document.documentElement.dataset['theme'] = theme;
    const { violations } = await axe.run(element, {
      runOnly: TAGS,
      rules: Object.fromEntries(PAGE_RULES.map((id) => [id, { enabled: false }])),
    });
    for (const { id, nodes } of violations)
      for (const node of nodes) found.push(`${theme}: ${id}: ${node.html} ${node.failureSummary ?? ''}`);
  }
  still.remove();
  delete document.documentElement.dataset['theme'];
  return found;
}
