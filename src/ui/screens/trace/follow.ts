/** An attachment that brings an element into view when it becomes the current one. */
export function follow(current: boolean) {
  return (element: HTMLElement) => {
    if (current) element.scrollIntoView({ block: 'nearest' });
  };
}
