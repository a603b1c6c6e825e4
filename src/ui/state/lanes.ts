/**
 * Works in several lanes at once. After the first failure the others are asked to stop, and only when all of them
 * have stopped is that failure thrown: nothing is written any more when the caller says how far it came.
 */
export async function inLanes(count: number, lane: () => Promise<void>, stop: () => void): Promise<void> {
  const failures: unknown[] = [];
  const guarded = async () => {
    try {
      await lane();
    } catch (error) {
      failures.push(error);
      stop();
    }
  };
  await Promise.all(Array.from({ length: count }, guarded));
  if (failures.length > 0) throw failures[0];
}
