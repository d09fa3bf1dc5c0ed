// Owns how many checkpoints the page compares at once: as many as there are colours to tell them apart.
export const MOST_COMPARED = 6;
