/** Prints the closing line of the last test run again, for a log whose last line counts. */
import { closingLine, readReports } from './test-reports.ts';

console.log(closingLine(readReports('reports')));
