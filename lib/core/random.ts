/**
 * Returns a generator of numbers from 0 (included) to 1 (excluded), the same for the same seed.
 * mulberry32, by Tommy Ettinger: with 32 bits of state, no index among `n` is favoured by more
 * than `n` in 2^32.
 *
 * @param seed A whole number, of which the lower 32 bits count.
 */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
