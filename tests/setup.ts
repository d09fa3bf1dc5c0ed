// Property tests draw the same cases in every run, so that a red run can be repeated; PHASOR_PROPERTY_SEED=random explores others.
import fc from 'fast-check';

const asked = process.env.PHASOR_PROPERTY_SEED ?? '20261120';
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked) });
