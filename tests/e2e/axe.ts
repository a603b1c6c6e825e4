import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** WCAG 2.2 AA and what axe calls best practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds on the page as it stands, in both themes. */
export async function findings(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    // Colours on their way from one theme, or one width, to the other are nobody's. The first frame sets them off.
    await page.evaluate(async () => {
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const changing = document.getAnimations().filter((one) => one instanceof CSSTransition);
      const settled = Promise.allSettled(changing.map(({ finished }) => finished));
      // One on something hidden may never end.
      await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, 2000))]);
    });
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    for (const { id, nodes } of violations)
      for (const { target } of nodes) found.push(`${theme}: ${id}: ${target.join(' ')}`);
  }
  return found;
}
