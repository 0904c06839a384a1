/** Closed lists of the processor that questions walk through. */
import { visitClasses, weekdays as knownWeekdays } from '../../../log-processor/src/metric-names.ts';

export type VisitClassName = (typeof visitClasses)[number];
export const weekdays = knownWeekdays;
export const classes = visitClasses;
