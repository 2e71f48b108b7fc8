/**
 * The shortest time that an observation is about, in milliseconds. Readers that observe within it, a second Prometheus
 * for example, share one: what the first has read would be gone for the others.
 */
export const shortestWindow = 1000
