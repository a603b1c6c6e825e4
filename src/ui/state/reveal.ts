const MARGIN = 80;

/**
 * An attachment that brings an element into view when the reader has chosen what it shows and it stands elsewhere:
 * on a narrow page the list is above it, or a screen away.
 * @param choices how often something was chosen so far; nothing moves before the first
 */
export function reveal(choices: number) {
  return (element: HTMLElement) => {
    if (choices === 0) return;
    const { top, bottom } = element.getBoundingClientRect();
    if (top > window.innerHeight - MARGIN || bottom < MARGIN) element.scrollIntoView({ block: 'start' });
  };
}
