/** The one place where the interface reads the time of day. */
export const clock = (): Date => new Date();
