/** Whether a key press is meant for the field that has the focus, or for the browser, rather than for a command. */
export function isTaken(event: KeyboardEvent): boolean {
  const { target } = event;
  const typing =
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role="tab"]'));
  return event.defaultPrevented || typing || event.altKey || event.ctrlKey || event.metaKey;
}
